"""Parameters of the computation: shown like all others, but no difference between two configurations."""

import pytest

from aihwlab.simulator.configs import FloatingPointRPUConfig, MappingParameter, SingleRPUConfig
from aihwlab.simulator.parameters.runtime import RuntimeParameter


def test_repr_shows_every_field():
    text = repr(RuntimeParameter())
    assert text.startswith('RuntimeParameter(data_type=') and 'offload_gradient=False' in text


@pytest.mark.parametrize('config', [FloatingPointRPUConfig, SingleRPUConfig])
def test_runtime_does_not_count_for_equality(config):
    assert config(runtime=RuntimeParameter(offload_input=True)) == config()
    assert config(mapping=MappingParameter(digital_bias=False)) != config()
