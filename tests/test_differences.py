"""Numbers in which aihwlab differs from aihwkit on purpose, each a row of `aihwlab/DIFFERENCES.md`.

Where aihwkit is installed, the same experiment shows that it does differ.
"""

from importlib import import_module
from importlib.util import find_spec

import pytest
import torch

AIHWKIT = pytest.param('aihwkit', marks=[pytest.mark.peer, pytest.mark.skipif(find_spec('aihwkit') is None,
                                                                              reason='aihwkit is not installed')])
PACKAGES = ['aihwlab', AIHWKIT]


@pytest.fixture(params=PACKAGES)
def names(request):
    """The names of a package's configurations, parameters and tiles."""
    torch.manual_seed(1)
    found = {'package': request.param}
    for module in ('simulator.configs', 'simulator.parameters', 'simulator.tiles'):
        imported = import_module(f'{request.param}.{module}')
        found.update({name: getattr(imported, name) for name in dir(imported)})
    return found


def is_ours(names):
    return names['package'] == 'aihwlab'


def one_cell(names, weight=1.0, **settings):
    """Return a tile of one ideal cell, whose converters are quiet and take any input."""
    none = names['NoiseManagementType'].NONE
    quiet = {'out_noise': 0.0, 'inp_res': -1.0, 'inp_bound': 100.0, 'noise_management': none}
    config = names['SingleRPUConfig'](device=names['IdealDevice'](), forward=names['IOParameters'](**{**quiet, **settings}))
    tile = names['AnalogTile'](1, 1, config)
    tile.set_weights(torch.full((1, 1), weight))
    return tile


@pytest.mark.parametrize('bound, steps, elsewhere', [(12.0, 510, 11.953), (12.0, 30, 11.2), (3.0, 14, 2.5714)])
def test_the_highest_code_of_the_adc_is_within_its_bound(names, bound, steps, elsewhere):
    tile = one_cell(names, out_bound=bound, out_res=1 / steps)
    expected = bound if is_ours(names) else elsewhere
    assert tile(torch.tensor([[bound * (1 - 0.1 / steps)]])).item() == pytest.approx(expected, rel=1e-4)


def test_worst_case_bound_management_works_without_noise_management(names):
    """A second round with the careful scale is within the bound: 0.6 of the sum of the inputs, as weights up to 0.6 demand."""
    worst_case = names['BoundManagementType'].ITERATIVE_WORST_CASE
    tile = one_cell(names, 0.5, out_bound=1.0, out_res=-1.0, bound_management=worst_case, max_bm_factor=1)
    expected = 10.0 if is_ours(names) else 2.0
    assert tile(torch.tensor([[20.0]])).item() == pytest.approx(expected)


def test_weights_that_were_read_can_be_set_again_on_devices_with_a_reference(names):
    device = names['SoftBoundsReferenceDevice'](reference_mean=0.3, reference_std=0.0, subtract_symmetry_point=False,
                                                w_max=0.5, w_min=-0.5, w_max_dtod=0.0, w_min_dtod=0.0)
    tile = names['AnalogTile'](1, 1, names['SingleRPUConfig'](device=device))
    tile.set_learning_rate(1.0)
    for _ in range(60):
        tile.update(torch.full((1, 1), 1.0), torch.full((1, 1), 1.0))
    before = tile.get_weights()[0]
    assert before < -0.6
    tile.set_weights(before)
    assert tile.get_weights()[0].item() == pytest.approx(before.item() if is_ours(names) else -0.5)


def test_an_exact_update_reaches_devices_with_write_noise(names):
    device = names['SoftBoundsDevice'](write_noise_std=5.0, dw_min_dtod=0.0, w_max_dtod=0.0, w_min_dtod=0.0)
    update = names['UpdateParameters'](pulse_type=names['PulseType'].NONE_WITH_DEVICE)
    tile = names['AnalogTile'](50, 50, names['SingleRPUConfig'](device=device, update=update))
    tile.set_weights(torch.zeros(50, 50))
    tile.set_learning_rate(1.0)
    tile.update(torch.full((1, 50), 0.1), torch.full((1, 50), -1.0))
    weights = tile.get_weights()[0]
    assert weights.std().item() == pytest.approx(0.005, rel=0.1)
    assert weights.mean().item() == pytest.approx(0.1 if is_ours(names) else 0.0, abs=0.001)
