"""Tensors as arrays: one memory, errors at the border, and random numbers that torch's generator decides."""

import numpy as np
import pytest
import torch

from aihwlab.inference.arrays import as_array, as_tensor, new_stream, torch_draws_from
from aihwlab.kernel.random import Stream


def test_single_and_double_precision_share_their_memory():
    for dtype in (torch.float32, torch.float64):
        tensor = torch.zeros(3, dtype=dtype, requires_grad=True)
        array = as_array('x', tensor)
        array[0] = 5
        assert tensor[0] == 5 and as_tensor(array, tensor).data_ptr() == tensor.data_ptr()


def test_other_precisions_compute_in_single_precision():
    tensor = torch.ones(3, dtype=torch.float16)
    assert as_array('x', tensor).dtype == np.float32
    assert as_tensor(as_array('x', tensor), tensor).dtype == torch.float16


@pytest.mark.parametrize('value, error, message', [
    ([1.0], TypeError, 'weights of type list: must be a torch tensor'),
    (torch.tensor([1.0, float('nan')]), ValueError, 'weights contain NaN or infinite values: must be numbers'),
    (torch.tensor([float('inf')]), ValueError, 'weights contain NaN or infinite values: must be numbers'),
    (torch.zeros(0, 3), ValueError, r'weights of shape \(0, 3\): must have at least one number')])
def test_what_is_refused_says_why(value, error, message):
    with pytest.raises(error, match=message):
        as_array('weights', value)


def test_the_seed_of_torch_decides():
    torch.manual_seed(1)
    first, second = new_stream(), new_stream()
    torch.manual_seed(1)
    assert new_stream() == first != second


def test_a_stream_decides_inside_and_leaves_no_trace():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    with torch_draws_from(Stream(5, 7)):
        first = torch.randn(3)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    with torch_draws_from(Stream(5, 7)):
        assert torch.equal(torch.randn(3), first)
    with torch_draws_from(Stream(5, 8)):
        assert not torch.equal(torch.randn(3), first)


def test_after_an_error_torch_goes_on_as_before():
    before = torch.get_rng_state()
    with pytest.raises(ZeroDivisionError), torch_draws_from(Stream(1, 0)):
        1 / 0
    assert torch.equal(torch.get_rng_state(), before)
