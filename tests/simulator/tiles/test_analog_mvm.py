"""The product in torch: the numbers of the kernel, and gradients that agree with differences."""

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.random import Stream
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.enums import AnalogMVType, BoundManagementType, NoiseManagementType, WeightNoiseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.tiles.analog_mvm import AnalogMVM

QUIET = dict(out_noise=0.0, inp_res=-1.0, out_res=-1.0)
NONE = dict(bound_management=BoundManagementType.NONE, noise_management=NoiseManagementType.NONE)
CASES = [
    dict(), dict(is_perfect=True, out_scale=2.0), dict(mv_type=AnalogMVType.IDEAL), dict(out_noise=0.0), QUIET,
    dict(inp_noise=0.1, out_noise_std=0.5), dict(inp_sto_round=True, out_sto_round=True), dict(inp_asymmetry=0.2),
    dict(out_asymmetry=0.3, out_scale=1.5), dict(out_bound=0.5), dict(out_bound=0.5, bm_test_negative_bound=False),
    dict(out_bound=0.3, bound_management=BoundManagementType.ITERATIVE_WORST_CASE), dict(inp_bound=0.5, **NONE),
    dict(out_bound=0.4, **NONE), dict(noise_management=NoiseManagementType.CONSTANT, nm_thres=0.7),
    dict(noise_management=NoiseManagementType.MAX), dict(noise_management=NoiseManagementType.ABS_MAX_NP_SUM),
    dict(noise_management=NoiseManagementType.ABS_MAX, nm_thres=0.5)]


def numbers(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize('settings', CASES)
def test_outputs_are_those_of_the_kernel_with_all_their_noise(settings):
    """Vectors of zeros among them."""
    io, weight, x = IOParameters(**settings), 0.4 * numbers(5, 7), numbers(6, 7, seed=2)
    x[2] = 0
    tile = Tile((5, 7), TileParameters(forward=io), seed=3)
    expected = tile.forward(x[:, :, None].numpy(), weights=weight.numpy(), stream=Stream(3, 9))[:, :, 0]
    y = AnalogMVM.matmul(weight, x, io, lines=tile.lines[0], stream=Stream(3, 9))
    torch.testing.assert_close(y, torch.from_numpy(expected), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('settings', [
    QUIET, dict(QUIET, inp_bound=0.8, **NONE), dict(QUIET, out_bound=0.7, **NONE),
    dict(QUIET, inp_asymmetry=0.2, out_asymmetry=0.1), dict(QUIET, out_scale=2.0, out_bound=0.4),
    dict(QUIET, noise_management=NoiseManagementType.CONSTANT, nm_thres=0.9), dict(is_perfect=True)])
def test_gradients_agree_with_differences_without_noise(settings):
    io = IOParameters(**settings)
    weight, x = (0.4 * numbers(3, 4)).requires_grad_(), numbers(5, 4, seed=2).requires_grad_()
    d = numbers(5, 3, seed=4)

    def loss(weight, x):
        return (AnalogMVM.matmul(weight, x, io, stream=Stream(1, 1)).double() * d).sum()

    loss(weight, x).backward()
    width = 2e-3
    for tensor in (weight, x):
        for place in torch.cartesian_prod(*map(torch.arange, tensor.shape)).tolist():
            change = torch.zeros_like(tensor)
            change[tuple(place)] = width
            pair = [(weight + sign * change, x) if tensor is weight else (weight, x + sign * change) for sign in (1, -1)]
            with torch.no_grad():
                difference = (loss(*pair[0]) - loss(*pair[1])).item() / (2 * width)
            assert tensor.grad[tuple(place)].item() == pytest.approx(difference, abs=0.02)


def test_gradients_pass_rounding_and_end_where_a_converter_clips():
    io = IOParameters(**{**QUIET, **NONE, 'inp_res': 0.1, 'out_res': 0.1, 'out_bound': 1.0})
    weight, x = torch.ones(1, 1, requires_grad=True), torch.tensor([[0.43], [1.7]], requires_grad=True)
    y = AnalogMVM.matmul(weight, x, io)
    torch.testing.assert_close(y.detach(), torch.tensor([[0.4], [1.0]]))
    y.sum().backward()
    torch.testing.assert_close(x.grad, torch.tensor([[1.0], [0.0]]))


def test_the_transposed_product_has_no_bound_management():
    io, weight = IOParameters(**{**QUIET, 'out_bound': 0.1}), torch.ones(2, 3)
    assert (AnalogMVM.matmul(weight, torch.ones(1, 2), io, trans=True) == 0.1).all()
    assert (AnalogMVM.matmul(weight, torch.ones(1, 3), io) == 3.0).all()


def test_random_numbers_come_from_torch_by_default():
    def noisy():
        torch.manual_seed(2)
        return AnalogMVM.matmul(torch.ones(2, 3), torch.ones(4, 3), IOParameters())
    assert (noisy() == noisy()).all() and noisy().std() > 0


@pytest.mark.parametrize('settings, name', [
    (dict(mv_type=AnalogMVType.POS_NEG_SEPARATE), 'mv_type'), (dict(ir_drop=1.0), 'ir_drop'),
    (dict(w_noise_type=WeightNoiseType.PCM_READ, w_noise=0.1), 'w_noise_type'), (dict(r_series=0.1), 'r_series'),
    (dict(noise_management=NoiseManagementType.AVERAGE_ABS_MAX), 'noise_management')])
def test_what_it_does_not_know_is_refused(settings, name):
    with pytest.raises(ConfigError, match=rf'{name} = .*: must be .* in a tile written in torch'):
        AnalogMVM.matmul(torch.ones(2, 3), torch.ones(4, 3), IOParameters(**settings))


def test_impossible_inputs_are_refused():
    with pytest.raises(ValueError, match='NaN or infinite values in the input'):
        AnalogMVM.matmul(torch.ones(2, 3), torch.full((1, 3), torch.nan), IOParameters())
