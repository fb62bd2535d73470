"""Bad and extreme values in every field of every class of parameters: refused by name, or what is computed has numbers.

The tables are made from the dataclasses, so that a new field is in them.
"""

import warnings
from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogLinear
from aihwlab.simulator.parameters.base import RPUConfigBase
from tests.robustness.fields import choices, classes, configurations, example, holds_numbers, kinds, with_value

NAN, INF = float('nan'), float('inf')
CLASSES = classes()
WRONG_TYPES = (None, 'text', b'1', 1j, True, 1, 1.5, (1.0,), [None], {}, object(), int, np.zeros(2), NAN)
IMPOSSIBLE = (NAN, 1e300, -1e300, 1e16, 1e-300, -1e-40, 10 ** 40, -10 ** 40, np.float32(1e30))
EXTREMES = (0, 1, -1, 1e-15, -1e-15, 1e15, -1e15, 0.5, 30.0, 10 ** 6)


def fits(value, field):
    """Return whether a field may hold a value, as its annotation says; numbers of NumPy are numbers."""
    options = kinds(field)
    if value is None and field.metadata.get('filled_in') or isinstance(value, dict) and dict in options:
        return True
    if isinstance(value, bool) or value is None or isinstance(value, type):
        return bool({type(value), type} & set(options)) if isinstance(value, type) else type(value) in options
    return type(value) in options or (float in options and isinstance(value, int))


@pytest.mark.parametrize('cls', CLASSES)
def test_values_of_a_wrong_type_are_refused_at_once_and_change_nothing(cls):
    for field in fields(cls):
        parameters = example(cls)
        before = getattr(parameters, field.name)
        for value in WRONG_TYPES:
            if not fits(value, field):
                with pytest.raises(ConfigError, match=rf'(?s){cls.__name__}\.{field.name} = .*: must be '):
                    setattr(parameters, field.name, value)
                assert getattr(parameters, field.name) is before


@pytest.mark.parametrize('cls', [cls for cls in CLASSES if any(map(holds_numbers, fields(cls)))])
def test_impossible_numbers_are_refused_with_the_name_of_their_own_field(cls):
    for field in filter(holds_numbers, fields(cls)):
        for value in IMPOSSIBLE:
            if fits(value, field) or list in kinds(field):
                parameters = example(cls)
                setattr(parameters, field.name, with_value(field, value))
                with pytest.raises(ConfigError, match=rf'(?s){cls.__name__}\.{field.name} = .*: must be '):
                    parameters.validate()
                for config in configurations(parameters):
                    with pytest.raises(ConfigError, match=rf'(?s)\.{field.name} = .*: must be '):
                        AnalogLinear(3, 2, rpu_config=config)


def cases(cls):
    """Return all choices and extreme numbers for the fields of a class, by field."""
    return {field.name: [*choices(field), *(with_value(field, value) for value in EXTREMES
                                           if holds_numbers(field) and (fits(value, field) or list in kinds(field)))]
            for field in fields(cls)}


COMPUTED = [cls for cls in CLASSES if configurations(example(cls))]


@pytest.mark.slow
@pytest.mark.parametrize('cls', COMPUTED)
def test_what_is_possible_computes_with_numbers(cls):
    """Choices and extremes in one field at a time; errors come when a layer is made, and name the field."""
    for name, values in cases(cls).items():
        for value in values:
            parameters = example(cls)
            setattr(parameters, name, value)
            for config in configurations(parameters):
                try:
                    config.validate()
                    AnalogLinear(3, 2, rpu_config=config)
                except ConfigError as error:
                    assert f'{name} = ' in str(error), f'{cls.__name__}.{name} = {value}: {error}'
                else:
                    assert_computes(config)


@pytest.mark.slow
@pytest.mark.parametrize('cls', [cls for cls in COMPUTED if not issubclass(cls, RPUConfigBase)])
@settings(max_examples=10, deadline=None, derandomize=True)
@given(data=st.data())
def test_extremes_together_are_refused_or_compute_with_numbers(cls, data):
    parameters = example(cls)
    for name, values in cases(cls).items():
        if values and data.draw(st.booleans()):
            setattr(parameters, name, data.draw(st.sampled_from(values)))
    for config in configurations(parameters):
        try:
            config.validate()
            AnalogLinear(3, 2, rpu_config=config)
        except ConfigError:
            continue
        assert_computes(config)


def assert_computes(config):
    """Assert that a tile makes numbers of ordinary inputs, forward, backward, and in its cells; and NumPy has no doubts."""
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        layer = AnalogLinear(3, 2, rpu_config=config)
        x = torch.rand(4, 3, requires_grad=True)
        layer(x).sum().backward()
        for tile in layer.analog_tiles():
            tile.update(torch.rand(4, tile.in_size), torch.rand(4, tile.out_size) - 0.5)
            tile.post_update_step()
            tile.reset(0.5)
        y = layer(x)
    assert torch.isfinite(y).all() and torch.isfinite(x.grad).all(), f'outputs {y}, gradients {x.grad}, {config}'
    for tile in layer.analog_tiles():
        for name, values in {'weights': tile.weight_view(), **tile.get_hidden_parameters()}.items():
            assert torch.isfinite(values).all(), f'{name} {values}, {config}'
