"""What the tests of cells with transfers share: scenarios of the reference, tiles, and how their samples are compared."""

from dataclasses import replace

import numpy as np
import pytest

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import SoftBoundsDevice, compounds
from tests.compare import SIGMAS, reference
from tests.kernel.helpers import CLASSES, ideal_steps

REFERENCE = reference('transfer')
LEARNING_RATE = REFERENCE['procedure']['learning_rate']
KINDS = [compounds.TransferCompound, compounds.BufferedTransferCompound, compounds.ChoppedTransferCompound,
         compounds.DynamicTransferCompound]
ALL = {value.__name__: value for value in [*CLASSES, *KINDS, IOParameters, UpdateParameters]}
PERFECT = IOParameters(is_perfect=True)
COUNTED = UpdateParameters(pulse_type=PulseType.DETERMINISTIC_IMPLICIT)
LONG = UpdateParameters(pulse_type=PulseType.DETERMINISTIC_IMPLICIT, desired_bl=10 ** 5)
SINGLE = UpdateParameters(pulse_type=PulseType.DETERMINISTIC_IMPLICIT, desired_bl=1, update_bl_management=False,
                          update_management=False)


# -- cells


def exact(kind, **settings):
    """Return cells of two equal devices with equal steps, whose reads and writes are without noise."""
    writes = LONG if kind is compounds.TransferCompound else SINGLE
    return kind(**{**dict(unit_cell_devices=[ideal_steps(), ideal_steps()], transfer_forward=PERFECT,
                          transfer_update=replace(writes), units_in_mbatch=False), **settings})


def noisy(kind, **settings):
    """Return cells of two realistic devices with write noise, whose reads are noisy, too."""
    device = dict(dw_min=0.01, w_max=1.0, w_min=-1.0, write_noise_std=1.0)
    return kind(**{**dict(unit_cell_devices=[SoftBoundsDevice(**device), SoftBoundsDevice(**device)], units_in_mbatch=False,
                          fast_lr=0.5, scale_fast_lr=False), **settings})


WRONG_ZERO = dict(unit_cell_devices=[SoftBoundsDevice(dw_min=0.01, up_down=0.4, dw_min_dtod=0.0, up_down_dtod=0.0, w_max=1.0,
                                                      w_min=-1.0, w_max_dtod=0.0, w_min_dtod=0.0), ideal_steps()],
                  fast_lr=0.05, transfer_lr=0.05, scale_transfer_lr=False)
"""Settings of cells whose fast device has its symmetry point at 0.25."""


def tile_of(device, shape=(3, 4), seed=1, backend=None, update=COUNTED):
    """Return a tile of some cells."""
    device.validate()
    tile = Tile(shape, TileParameters(device=device, update=update), seed=seed, engine=Engine(backend=backend))
    tile.counts = Counts.with_pulses()
    return tile


def parts_of(tile):
    """Return the weights of all arrays of a tile."""
    return [part.weights for part in tile.cells.parts]


def everything(tile):
    """Return copies of all that is hidden in the cells of a tile, and of its weights and registers."""
    return {**{name: np.copy(value) for name, value in tile.cells.hidden().items()}, 'weights': tile.weights.copy(),
            **{name: np.copy(value) for name, value in tile.cells.registers.items()}}


def assert_same(first, second, **tolerance):
    """Compare all that is hidden in two tiles."""
    first, second = everything(first), everything(second)
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_allclose(second[name], value, err_msg=name, **{**dict(rtol=0, atol=0), **tolerance})


# -- vectors


def vectors(count, shape=(3, 4)):
    """Return the inputs and gradients of the scenarios, [vectors, lines, 1]."""
    out_size, in_size = shape
    k, j, i = np.arange(1, count + 1)[:, None], np.arange(1, in_size + 1), np.arange(1, out_size + 1)
    x, d = 0.5 * np.sin(0.7 * k * j + 0.2), 0.2 * np.cos(0.45 * k * i + 0.4) + 0.05
    return x.astype(np.float32)[:, :, None], d.astype(np.float32)[:, :, None]


def silence(count, shape=(3, 4)):
    """Return vectors of zeros, with which time goes on but no gradient comes."""
    return tuple(np.zeros((count, lines, 1), dtype=np.float32) for lines in shape[::-1])


def update_one_by_one(tile, x, d, learning_rate=LEARNING_RATE):
    """Update a tile with each vector for itself."""
    for number in range(len(x)):
        tile.update(x[number:number + 1], d[number:number + 1], learning_rate)


# -- scenarios of the reference


def made(value, like=None):
    """Build parameters, or a choice, as the reference describes them."""
    if isinstance(value, list):
        return [made(item) for item in value]
    if isinstance(value, dict):
        parameters = ALL[value['class']]()
        for name, field in value.items():
            if name != 'class':
                setattr(parameters, name, made(field, getattr(parameters, name)))
        return parameters
    return type(like)[value] if isinstance(value, str) else value


def scenarios(kind, section='deterministic'):
    """Return the names of the scenarios of a class."""
    return [name for name, case in REFERENCE[section].items() if case['config']['class'] == kind.__name__]


def assert_scenario(name, backend):
    """Compare all weights and buffers after 60 vectors.

    aihwkit sets the number of pulses by the mean of the granularities of all devices, we by that of the fast one. A learning
    rate of the fast array that is smaller by the same factor makes the same pulses.
    """
    case = REFERENCE['deterministic'][name]
    device = made(case['config'])
    steps = [item.dw_min for item in device.unit_cell_devices]
    factor = steps[0] / np.mean(steps)
    device.fast_lr *= factor
    if getattr(device, 'correct_gradient_magnitudes', False):  # reads are divided by this rate
        device.transfer_lr *= factor
    tile = tile_of(device, backend=backend, update=made(case['update']))
    update_one_by_one(tile, *vectors(60))
    np.testing.assert_allclose(tile.weights, case['weights'], rtol=0, atol=1e-7)
    hidden = tile.cells.hidden()
    for found in case['hidden']:
        atol = 1e-5 if 'FP' in found else 1e-7  # buffers are sums of up to 200 in single precision
        np.testing.assert_allclose(hidden[found], case['hidden'][found], rtol=2e-6, atol=atol, err_msg=found)


def assert_statistics(name, tiles=60):
    """Compare mean and spread over many tiles of the weights, and of the fast array, after 400 equal vectors."""
    case = REFERENCE['stochastic'][name]
    x, d = np.full((400, 5, 1), 0.3, dtype=np.float32), np.full((400, 4, 1), -0.2, dtype=np.float32)
    seen, fast = [], []
    for seed in range(tiles):
        device = made(case['config'])
        device.unit_cell_devices[1].construction_seed = 0  # all devices are drawn anew in each tile
        tile = tile_of(device, (4, 5), seed, update=UpdateParameters())
        tile.update(x, d, 0.1)
        seen.append(tile.weights.copy())
        fast.append(parts_of(tile)[0].copy())
    for samples, part in ((np.array(seen), 'visible_weight'), (np.array(fast), 'fast_weight')):
        assert_moments_over_groups(samples.reshape(tiles, -1).astype(np.float64), case[part], part)


def assert_moments_over_groups(samples, expected, name):
    """Compare mean and standard deviation of samples [groups, members], of which those of a group may be alike."""
    means, mean = samples.mean(axis=1), samples.mean()
    error = np.hypot(means.std() / np.sqrt(len(samples)), expected['se_mean'])
    assert abs(mean - expected['mean']) <= SIGMAS * error, f'{name}: {mean}, expected {expected["mean"]} +- {error}'
    variances, std = np.square(samples - mean).mean(axis=1), samples.std()
    error = np.hypot(variances.std() / np.sqrt(len(samples)) / (2 * std), expected['se_std'])
    assert abs(std - expected['std']) <= SIGMAS * error, f'{name}: {std}, expected {expected["std"]} +- {error}'


def with_kinds(*kinds):
    """Return a decorator that tests some kinds of cells, all of them by default."""
    return pytest.mark.parametrize('kind', kinds or KINDS, ids=lambda kind: kind.__name__)
