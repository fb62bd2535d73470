"""Parameters of low precision: defaults of the reference, and what is impossible."""

import pytest
from torch.nn import Linear

from aihwlab.exceptions import ConfigError
from aihwlab.parameters.enums import RangeEstimators
from aihwlab.simulator.parameters.quantization import (
    ActivationQuantConfig,
    CrossEntropyEstimatorParams,
    CurrentMinMaxEstimatorParams,
    MSEEstimatorParams,
    QuantizationConfig,
    QuantizationMap,
    QuantizedModuleConfig,
    RunningMinMaxEstimatorParams,
    WeightQuantConfig,
)
from tests.parameters.helpers import assert_defaults, assert_impossible


@pytest.mark.parametrize('name', ['CurrentMinMaxEstimatorParams', 'RunningMinMaxEstimatorParams', 'MSEEstimatorParams',
                                  'CrossEntropyEstimatorParams'])
def test_fields_and_defaults_of_estimators(name):
    assert_defaults(name)


def test_defaults_are_those_of_the_reference():
    assert ActivationQuantConfig() == ActivationQuantConfig(0, True, RangeEstimators.running_minmax, None)
    assert WeightQuantConfig() == WeightQuantConfig(0, True, False, RangeEstimators.current_minmax, None)
    assert QuantizationConfig() == QuantizationConfig(ActivationQuantConfig(), WeightQuantConfig())
    assert QuantizationMap() == QuantizationMap(QuantizationConfig(), {}, {}, {}, [])


@pytest.mark.parametrize('parameters, field, allowed', [
    (ActivationQuantConfig(25), 'n_bits', r'in \(-inf, 24\]'),
    (ActivationQuantConfig(1), 'n_bits', '2 or more, or 0, if symmetric = True'),
    (ActivationQuantConfig(8, range_estimator_params=MSEEstimatorParams()), 'range_estimator_params',
     'None or of class RunningMinMaxEstimatorParams'),
    (WeightQuantConfig(8, range_estimator=RangeEstimators.MSE, range_estimator_params=CrossEntropyEstimatorParams()),
     'range_estimator_params', 'None or of class MSEEstimatorParams'),
    (WeightQuantConfig(8, range_estimator=RangeEstimators.cross_entropy), 'range_estimator', 'another one: weights'),
    (CurrentMinMaxEstimatorParams(50.0), 'percentile', r'in \(50, 100\]'),
    (RunningMinMaxEstimatorParams(1.0), 'momentum', r'in \[0, 1\)'),
    (MSEEstimatorParams(num_candidates=1), 'num_candidates', r'in \[2, 10000\]'),
    (MSEEstimatorParams(range_margin=-0.1), 'range_margin', r'in \[0, inf\)'),
])
def test_impossible_values_are_named(parameters, field, allowed):
    assert_impossible(parameters, field, allowed)


def test_one_bit_is_possible_without_symmetry():
    ActivationQuantConfig(1, symmetric=False).validate()


def test_impossible_values_of_modules_are_named_by_their_place():
    wrong = QuantizedModuleConfig(Linear, QuantizationConfig(ActivationQuantConfig(99)))
    for field, key, name in (('module_qconfig_map', Linear, 'Linear'), ('instance_qconfig_map', 'fc', "'fc'")):
        with pytest.raises(ConfigError, match=rf'{field}\[{name}\]\.module_qconfig\.activation_quant\.n_bits'):
            QuantizationMap(**{field: {key: wrong}}).validate()
    with pytest.raises(ConfigError, match=r"input_activation_qconfig_map\['fc'\]\.n_bits = 99"):
        QuantizationMap(input_activation_qconfig_map={'fc': ActivationQuantConfig(99)}).validate()


def test_maps_hold_what_they_should():
    with pytest.raises(ConfigError, match='module_qconfig_map'):
        QuantizationMap(module_qconfig_map={Linear: QuantizationConfig()})
    with pytest.raises(ConfigError, match='quantized_module'):
        QuantizedModuleConfig('QuantLinear', QuantizationConfig())
