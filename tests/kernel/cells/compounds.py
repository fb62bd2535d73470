"""Cells of several devices that several tests share, and what a tile can do with them."""

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.drift import DriftParameter
from aihwlab.parameters.enums import PulseType, VectorUnitCellUpdatePolicy
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs import compounds
from aihwlab.simulator.configs.compounds import OneSidedUnitCell, ReferenceUnitCell, VectorUnitCell
from aihwlab.simulator.configs.devices import ConstantStepDevice, SoftBoundsDevice
from tests.compare import parameters_from, reference
from tests.kernel.helpers import CLASSES, ideal_steps, numbers

OUT, IN = 6, 40
X, D = numbers(1, (6, IN, 2)), 0.1 * numbers(2, (6, OUT, 2))
W = 0.2 * numbers(4, (OUT, IN))
COUNTED = UpdateParameters(pulse_type=PulseType.DETERMINISTIC_IMPLICIT)
EXACT = IOParameters(is_perfect=True)
REFERENCE = reference('unit_cells')
POLICIES = VectorUnitCellUpdatePolicy


def vector(*devices, policy=POLICIES.ALL, **settings):
    """Return parameters of a vector cell; of two devices with equal steps if none are given."""
    return VectorUnitCell(unit_cell_devices=list(devices or (ideal_steps(), ideal_steps())), update_policy=policy, **settings)


def noisy(**settings):
    """Return a device with everything that a device can have."""
    return SoftBoundsDevice(**{**dict(write_noise_std=2.0, diffusion=0.01, drift=DriftParameter(nu=0.1)), **settings})


def leaky():
    return ConstantStepDevice(lifetime=100.0)


def one_sided(**settings):
    """Return parameters of one-sided cells of noisy devices that are refreshed often."""
    return OneSidedUnitCell(**{**dict(unit_cell_devices=[noisy(lifetime=100.0)], refresh_every=3, units_in_mbatch=False,
                                      refresh_upper_thres=0.1, refresh_lower_thres=0.01), **settings})


def transfer(kind, *devices, **settings):
    """Return parameters of cells that transfer after every other vector, and learn so fast that it is seen."""
    return kind(unit_cell_devices=list(devices), **{**dict(units_in_mbatch=False, transfer_every=2.0, fast_lr=0.5,
                                                           scale_fast_lr=False), **settings})


KINDS = {
    'all': vector(noisy(), leaky()),
    'fixed': vector(noisy(), leaky(), policy=POLICIES.SINGLE_FIXED, first_update_idx=1),
    'sequential': vector(noisy(), leaky(), noisy(), policy=POLICIES.SINGLE_SEQUENTIAL, gamma_vec=[0.5, 0.25, 0.25]),
    'random': vector(noisy(), leaky(), noisy(), policy=POLICIES.SINGLE_RANDOM),
    'reference': ReferenceUnitCell(unit_cell_devices=[noisy(lifetime=100.0)]),
    'one-sided': one_sided(),
    'inverted': one_sided(copy_inverted=True),
    'transfer': transfer(compounds.TransferCompound, noisy(), leaky(), noisy(), gamma=0.5, random_selection=True,
                         with_reset_prob=0.2, n_reads_per_transfer=2),
    'buffered': transfer(compounds.BufferedTransferCompound, noisy(), leaky(), noisy(), gamma=0.5),
    'chopped': transfer(compounds.ChoppedTransferCompound, noisy(), leaky(), gamma=0.5, auto_scale=True, out_chop_prob=0.5),
    'dynamic': transfer(compounds.DynamicTransferCompound, noisy(), leaky(), gamma=0.5, in_chop_prob=0.5),
    'nested': vector(vector(noisy(), leaky(), policy=POLICIES.SINGLE_RANDOM), one_sided(), policy=POLICIES.SINGLE_SEQUENTIAL),
}
"""One of each kind of cell, with devices that age."""


def tile_of(device, backend=None, shape=(OUT, IN), seed=3, **settings):
    """Return a tile of cells that counts its pulses."""
    device.validate()
    tile = Tile(shape, TileParameters(device=device, **settings), seed=seed, engine=Engine(backend=backend))
    tile.counts = Counts.with_pulses()
    return tile


def parts_of(tile):
    """Return the weights of all arrays."""
    return [part.weights for part in tile.cells.parts]


def everything(tile):
    """Let a tile do one of everything; yield after each operation."""
    tile.write(W)
    yield
    for _ in range(2):
        tile.forward(X)
        tile.update(X, D, 0.05)
        yield
    for operation in (tile.age, tile.drift, lambda: tile.reset(2, 5), lambda: tile.update(X, D, 0.05)):
        operation()
        yield


def reference_tile(case, backend=None, seed=1):
    """Return a tile after the updates of the reference."""
    device = parameters_from(case['config'], [*CLASSES, IOParameters, UpdateParameters])
    tile = tile_of(device, backend, (3, 4), seed, update=COUNTED)
    tile.write(np.zeros((3, 4), dtype=np.float32))
    for number in range(1, 61):
        x = (0.5 * np.sin(0.7 * number * np.arange(1, 5) + 0.2)).astype(np.float32)
        d = (0.2 * np.cos(0.45 * number * np.arange(1, 4) + 0.4) + 0.05).astype(np.float32)
        tile.update(x[None, :, None], d[None, :, None], 0.05)
    return tile


def assert_reference(name, backend):
    """Compare all weights after the updates of the reference, which have no noise."""
    case = REFERENCE['deterministic'][name]
    tile = reference_tile(case, backend)
    np.testing.assert_allclose(tile.weights, case['weights'], atol=1e-6)
    for hidden, weights in case['hidden'].items():
        np.testing.assert_allclose(tile.cells.hidden()[hidden], weights, atol=1e-6)
    assert np.abs(case['weights']).max() > 0.004
