"""Which cells stand at the crosspoints: the class of the parameters decides, or its nearest base class."""

from dataclasses import dataclass

import numpy as np
import pytest

from aihwlab.exceptions import ConfigError
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.cells.ideal import IdealCells
from aihwlab.kernel.cells.one_sided import OneSidedCells
from aihwlab.kernel.cells.single import SingleCells
from aihwlab.kernel.cells.vector import VectorCells
from aihwlab.kernel.random import Stream
from aihwlab.parameters.device import Device, FloatingPointDevice, IdealDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.simulator.configs.compounds import OneSidedUnitCell, ReferenceUnitCell, VectorUnitCell
from tests.kernel.helpers import PULSED


def built(parameters):
    return build_cells(parameters, (2, 3), Stream(1, 0))


def cell_of(kind):
    """Return a function that makes parameters of cells of two devices."""
    return lambda: kind(unit_cell_devices=[PULSED[0](), PULSED[0]()])


@pytest.mark.parametrize('device, kind', [
    *((device, SingleCells) for device in PULSED), (IdealDevice, IdealCells), (FloatingPointDevice, IdealCells),
    (cell_of(VectorUnitCell), VectorCells), (cell_of(ReferenceUnitCell), VectorCells),
    (cell_of(OneSidedUnitCell), OneSidedCells)])
def test_each_device_has_its_cells(device, kind):
    cells = built(device())
    assert type(cells) is kind and cells.weights.shape == (2, 3) and cells.weights.dtype == np.float32


def test_a_class_gets_the_cells_of_its_nearest_base_class():
    @dataclass
    class Mine(IdealDevice):
        """An ideal device with another name."""

    assert type(built(Mine())) is IdealCells


@pytest.mark.parametrize('other', [Device(), IOParameters(), None, IdealDevice])
def test_parameters_of_anything_else_are_refused(other):
    with pytest.raises(ConfigError, match='must be a device such as ConstantStepDevice'):
        built(other)


def test_the_stream_decides():
    first, again, other = (build_cells(PULSED[0](), (4, 5), Stream(seed, 0)).hidden()['max_bound'] for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).all()
