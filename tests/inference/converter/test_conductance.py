"""Converters: what they are made of, errors, and that weights come back, of any precision."""

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference import (
    BaseConductanceConverter,
    CustomPairConductanceConverter,
    DualPairConductanceConverter,
    NPairConductanceConverter,
    SingleDeviceConductanceConverter,
    SinglePairConductanceConverter,
)

SLOPES = [[5.0, 15.0, 25.0], [25.0, 15.0, 5.0]]
CONVERTERS = [SinglePairConductanceConverter(), SinglePairConductanceConverter(g_max=40.0, g_min=2.0),
              NPairConductanceConverter([1.0, 2.0, 3.0]), DualPairConductanceConverter([1.0, 3.0], g_min=1.0),
              CustomPairConductanceConverter([1.0], SLOPES), SingleDeviceConductanceConverter()]
KINDS = pytest.mark.parametrize('converter', CONVERTERS, ids=lambda converter: type(converter).__name__)


@KINDS
@pytest.mark.parametrize('weights', [torch.randn(5, 7, generator=torch.Generator().manual_seed(1)), torch.randn(1, 1),
                                     torch.zeros(3, 4), torch.full((2, 3), -0.5), 1e-12 * torch.ones(2, 2),
                                     torch.ones(2, 3, dtype=torch.float64), torch.nn.Parameter(torch.rand(3, 3))],
                         ids=['normal', 'one', 'zero', 'equal', 'tiny', 'double', 'parameter'])
def test_weights_come_back(converter, weights):
    before = weights.detach().clone()
    conductances, params = converter.convert_to_conductances(weights)
    assert all(g.shape == weights.shape and g.dtype == weights.dtype for g in conductances)
    assert all(((converter.g_min <= g) & (g <= converter.g_max * (1 + 1e-6))).all() for g in conductances)
    back = converter.convert_back_to_weights(conductances, params)
    assert back.dtype == weights.dtype and not back.requires_grad and torch.equal(weights, before)
    torch.testing.assert_close(back, before, rtol=0, atol=2e-6 * max(before.abs().max().item(), 1e-7))


@KINDS
def test_the_way_back_belongs_to_its_own_way_there(converter):
    """Not to the last matrix that was converted."""
    small, large = torch.rand(3, 4), 10 * torch.rand(3, 4)
    conductances, params = converter.convert_to_conductances(small)
    converter.convert_to_conductances(large)
    torch.testing.assert_close(converter.convert_back_to_weights(conductances, params), small, rtol=0, atol=1e-5)


def test_none_stands_for_the_default():
    assert SinglePairConductanceConverter(g_max=None, g_min=None) == SinglePairConductanceConverter(25.0, 0.0)
    assert SingleDeviceConductanceConverter(None, None) == SingleDeviceConductanceConverter(88.199997, 9.0)


@pytest.mark.parametrize('make, message', [
    (lambda: SinglePairConductanceConverter(g_max=-1.0), r'SinglePairConductanceConverter.g_max = -1.0: must be in \(0,'),
    (lambda: SinglePairConductanceConverter(g_min=-1.0), r'g_min = -1.0: must be in \[0, inf\)'),
    (lambda: SinglePairConductanceConverter(5.0, 5.0), 'g_min = 5.0: must be less than g_max = 5.0'),
    (lambda: NPairConductanceConverter([]), 'must be a list of at least one factor'),
    (lambda: NPairConductanceConverter([1.0, -2.0]), r'must be in \(0, inf\)'),
    (lambda: DualPairConductanceConverter([1.0]), 'must be a list of two factors'),
    (lambda: CustomPairConductanceConverter([1.0], [[0.0, 25.0]]), 'must be a list of 2 tables, two for each factor'),
    (lambda: CustomPairConductanceConverter([1.0], [[0.0, 25.0], [25.0]]), 'must be a list of tables of the same length'),
    (lambda: CustomPairConductanceConverter([1.0], [[0.0, 26.0], [26.0, 0.0]]), r'must be in \[0.0, 25.0\] uS'),
    (lambda: CustomPairConductanceConverter([1.0], [[0.0, float('nan')], [25.0, 0.0]]), r'must be in \[0.0, 25.0\] uS')])
def test_impossible_converters(make, message):
    with pytest.raises(ConfigError, match=message):
        make()
    assert issubclass(ConfigError, ValueError)  # which aihwkit raises


@pytest.mark.parametrize('tables', [[[0.0, 20.0, 25.0], [25.0, 0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]],
                                    [[25.0, 0.0], [0.0, 25.0]],
                                    [[0.0, 0.0, 5.0, 0.0, 25.0], [25.0, 0.0, 0.0, 0.0, 0.0]]])
def test_tables_from_which_weights_cannot_be_had_back(tables):
    with pytest.raises(ArithmeticError, match='g_lst: after a conversion forth and back, weights are off by'):
        CustomPairConductanceConverter([1.0], tables)
    CustomPairConductanceConverter([1.0], tables, invertibility_test=False)


@KINDS
def test_a_way_back_is_given_what_it_needs(converter):
    conductances, params = converter.convert_to_conductances(torch.rand(2, 2))
    with pytest.raises(ValueError, match=rf'conductances: must be a list of {len(conductances)}, not 5'):
        converter.convert_back_to_weights([conductances[0]] * 5, params)
    with pytest.raises(ValueError, match='conductances: must be a list of .*, not a Tensor'):
        converter.convert_back_to_weights(conductances[0], params)
    with pytest.raises(ValueError, match='params lack scale_ratio'):
        converter.convert_back_to_weights(conductances, {})
    with pytest.raises(ValueError, match='weights contain NaN'):
        converter.convert_to_conductances(torch.full((2, 2), float('nan')))


def test_a_base_says_what_a_class_of_ones_own_must_have():
    for call in (lambda: BaseConductanceConverter().convert_to_conductances(torch.zeros(1, 1)),
                 lambda: BaseConductanceConverter().convert_back_to_weights([], {})):
        with pytest.raises(NotImplementedError, match='BaseConductanceConverter must have the method convert_'):
            call()
