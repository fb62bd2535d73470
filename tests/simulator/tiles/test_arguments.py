"""What users hand to tiles: inputs and weights of the right kind and shape, and words for the wrong ones."""

import numpy as np
import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.simulator.configs import (
    FloatingPointRPUConfig,
    InferenceRPUConfig,
    IOParameters,
    SingleRPUConfig,
    TorchInferenceRPUConfig,
)
from aihwlab.simulator.tiles import AnalogTile
from aihwlab.simulator.tiles.arguments import as_batch, as_rows, as_weights, memory_of_machine
from aihwlab.simulator.tiles.custom import CustomRPUConfig


@pytest.mark.parametrize('call, message', [
    (lambda: AnalogLinear(4, 2)(torch.rand(3, 5)), 'must be 4'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(3, 4)), '2 x 4'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.full((2, 4), float('nan'))), 'finite'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(2, 4), torch.zeros(3)), 'bias'),
    (lambda: AnalogLinear(4, 2)(torch.tensor(1.0)), r'shape \(\): the last dimension must be 4'),
    (lambda: AnalogLinear(4, 2).set_weights(torch.zeros(4, 2)), r'weight of shape \(4, 2\): expected 2 x 4'),
    (lambda: AnalogLinear(4, 2, bias=False).set_weights(torch.zeros(2, 4), torch.zeros(3)), r'bias of shape \(3,\)'),
])
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_bias_that_nothing_adds_is_left_out_with_a_warning(recwarn):
    layer = AnalogLinear(4, 2, bias=False)
    layer.set_weights(torch.zeros(2, 4), torch.zeros(2))
    assert not recwarn
    with pytest.warns(UserWarning, match='bias: it is not used, because none is added here'):
        layer.set_weights(torch.full((2, 4), 0.1), torch.ones(2))
    weight, bias = layer.get_weights()
    assert (weight != 0).all() and bias is None


def test_columns_become_rows_and_rows_columns():
    x = torch.rand(4, 3)
    assert as_rows(x, False) is x and (as_rows(x, True) == x.T).all()
    assert as_rows(torch.rand(4), True).shape == (4,)
    many = torch.rand(4, 2, 3)
    assert (as_rows(as_rows(many, True), True) == many).all() and as_rows(many, True).shape == (3, 2, 4)


def test_only_tensors_are_inputs():
    with pytest.raises(TypeError, match='input of type list: must be a torch tensor'):
        AnalogLinear(2, 2)([[1.0, 2.0]])


@pytest.mark.parametrize('shape', [(4,), (3, 4), (2, 3, 4), (0, 4)])
def test_inputs_become_columns(shape):
    x = torch.rand(shape)
    columns = as_batch(x, 4)
    assert columns.shape == (x.numel() // 4, 4, 1) and (columns.reshape(shape) == x).all()


@pytest.mark.parametrize('weight', [np.arange(6.0), [[0, 1, 2], [3, 4, 5]], torch.arange(6.0).reshape(2, 1, 3, 1)])
def test_weights_of_any_kind_become_a_matrix(weight):
    matrix, bias = as_weights(weight, None, 2, 3, has_bias=True)
    assert bias is None and matrix.dtype is torch.float32 and matrix.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_weights_that_learn_are_taken_without_their_gradient():
    weight, bias = (torch.nn.Parameter(torch.ones(shape)) for shape in ((2, 3), (2,)))
    assert not any(part.requires_grad for part in as_weights(weight, bias, 2, 3, has_bias=True))


@pytest.mark.parametrize('value', [None, 'text', [[1, 2], [3]], np.zeros((2, 3), dtype=complex), torch.zeros(2, 3).bool()])
def test_what_holds_no_real_numbers_is_no_weight_and_no_bias(value):
    with pytest.raises(TypeError, match='weight of type .*: must be'):
        as_weights(value, None, 2, 3, has_bias=True)
    if value is not None:
        with pytest.raises(TypeError, match='bias of type .*: must be'):
            as_weights(torch.zeros(2, 3), value, 2, 3, has_bias=True)


@pytest.mark.parametrize('size', [0, -1, True, 1.5, '3', None])
@pytest.mark.parametrize('make, name', [
    (lambda size: AnalogLinear(size, 3), 'in_features'), (lambda size: AnalogLinear(3, size), 'out_features'),
    (lambda size: AnalogConv2d(size, 2, 3), 'in_channels'), (lambda size: AnalogConv2d(1, size, 3), 'out_channels'),
    (lambda size: AnalogTile(size, 2, SingleRPUConfig()), 'out_size'),
    (lambda size: AnalogTile(2, size, SingleRPUConfig()), 'in_size')])
def test_sizes_are_integers_of_at_least_one(make, name, size):
    with pytest.raises(ConfigError, match=f'{name} = {size!r}: must be '):
        make(size)


@pytest.mark.skipif(memory_of_machine() > 1e13, reason='the memory of this machine is not known, or enough for it')
@pytest.mark.parametrize('make', [lambda: AnalogLinear(10 ** 6, 10 ** 6), lambda: AnalogConv2d(10 ** 6, 10 ** 6, 1),
                                  lambda: AnalogTile(10 ** 6, 10 ** 6, SingleRPUConfig())])
def test_a_matrix_without_room_says_how_much_it_needs(make):
    with pytest.raises(MemoryError, match='= 1,000,000 need at least 24,000 GB of memory, this machine has '):
        make()


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
@pytest.mark.parametrize('config', [
    SingleRPUConfig(), FloatingPointRPUConfig(), InferenceRPUConfig(), TorchInferenceRPUConfig(),
    TorchInferenceRPUConfig(forward=IOParameters(is_perfect=True)), CustomRPUConfig()])
def test_autocast_shortens_what_is_digital_and_leaves_tiles_as_they_are(config, dtype):
    if dtype is torch.float16 and not hasattr(torch.amp, 'GradScaler'):
        pytest.skip('this torch knows numbers of 16 bits by this name on a GPU only')
    torch.manual_seed(1)
    model = AnalogSequential(torch.nn.Linear(5, 4), AnalogLinear(4, 500, rpu_config=config), torch.nn.Linear(500, 3))
    with torch.autocast('cpu', dtype=dtype):
        y = model(torch.rand(2, 5))
        assert y.dtype is dtype and model[1](torch.rand(2, 4)).dtype is torch.float32
    y.sum().backward()
    context = model[1].analog_module.analog_ctx
    learned = context.grad if context.use_torch_update else context.analog_input[0]
    assert learned.dtype is torch.float32 and model[0].weight.grad.dtype is torch.float32


@pytest.mark.parametrize('config', [TorchInferenceRPUConfig(), TorchInferenceRPUConfig(forward=IOParameters(is_perfect=True)),
                                    InferenceRPUConfig(), CustomRPUConfig()])
@pytest.mark.parametrize('make, shape', [(AnalogLinear, (5, 40)), (AnalogConv2d, (5, 40, 1, 1))])
def test_a_product_and_its_gradients_under_autocast_have_the_same_bits(config, make, shape):
    torch.manual_seed(1)
    layer = make(*(40, 3, 1)[:3 if make is AnalogConv2d else 2], rpu_config=config)
    x = torch.rand(shape)
    results = []
    for is_on in (False, True):
        layer.analog_module.kernel_tile.operation = 0
        inputs = x.clone().requires_grad_()
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=is_on):
            y = layer(inputs)
        y.square().sum().backward()
        context = layer.analog_module.analog_ctx
        results.append([y, inputs.grad, context.grad.clone()])
        layer.zero_grad()
    assert all(torch.equal(plain, cast) for plain, cast in zip(*results))


def test_without_autocast_short_numbers_are_refused():
    with pytest.raises(ValueError, match='input of type torch.bfloat16: must be torch.float32'):
        AnalogLinear(4, 2)(torch.rand(3, 4).bfloat16())


@pytest.mark.parametrize('x', [None, [[1.0]], np.ones((1, 1, 4, 4), dtype=np.float32)])
def test_only_tensors_are_images(x):
    with pytest.raises(TypeError, match='input of type .*: must be a torch tensor'):
        AnalogConv2d(1, 2, 3)(x)


def test_inputs_are_dense():
    with pytest.raises(TypeError, match='must be a dense tensor'):
        AnalogLinear(4, 2)(torch.rand(3, 4).to_sparse())
