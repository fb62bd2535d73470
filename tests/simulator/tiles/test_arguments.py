"""What users hand to tiles: inputs and weights of the right kind and shape, and words for the wrong ones."""

import numpy as np
import pytest
import torch

from aihwlab.nn import AnalogLinear
from aihwlab.simulator.tiles.arguments import as_batch, as_rows, as_weights


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
