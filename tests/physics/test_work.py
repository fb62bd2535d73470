"""Energy and time of work: by hand for one cell, and for a training step of LeNet5 tile by tile."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from aihwlab.kernel.counts import Counts
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.physics.energy import cell_energy, converter_energy
from aihwlab.physics.work import TileHardware, work
from aihwlab.simulator.configs.devices import ConstantStepDevice
from aihwlab.simulator.presets import GokmenVlasovPreset
from tests.benchmarks.networks import network_and_optimizer, train_step

HARDWARE = TileHardware(write_voltage=1.0, write_time=10e-9)


def test_one_product_and_one_pulse_by_hand():
    parameters = TileParameters(device=ConstantStepDevice(dw_min=0.01), forward=IOParameters())
    tile = Tile((1, 1), parameters)
    tile.counts = Counts.with_pulses()
    x = np.ones((1, 1, 1), dtype=np.float32)
    tile.forward(x)
    tile.update(x, x, 0.01)  # one slot, in which both lines fire
    done = work(tile.counts, HARDWARE)
    assert done.energy.parts == pytest.approx({
        'cells': 10e-6 * 0.2 ** 2 * 130e-9, 'DACs': 34e-15 * 2 ** 7, 'ADCs': 34e-15 * 2 ** 9, 'pulses': 10e-6 * 10e-9})
    assert done.time == pytest.approx(130e-9 + 10e-9)


def test_a_step_of_lenet5_costs_what_its_sizes_say():
    """One image: products forward and backward (not for the image itself), and the update of four tiles."""
    torch.manual_seed(1)
    model, optimizer = network_and_optimizer('aihwlab', 'GokmenVlasovPreset')
    tiles = list(model.analog_tiles())
    for tile in tiles:
        tile.kernel_tile.counts = Counts.with_pulses()
    train_step(model, optimizer, torch.rand(1, 1, 28, 28), torch.tensor([3]))
    counts = [tile.kernel_tile.counts for tile in tiles]
    sizes = [(16, 25, 24 * 24, 1), (32, 400, 8 * 8, 2), (128, 512, 1, 2), (10, 128, 1, 2)]  # out, in, vectors, directions
    for done, (out_size, in_size, vectors, directions) in zip(counts, sizes, strict=True):
        assert done.products == directions * vectors and done.updates == vectors
        assert done.multiplications == out_size * in_size * (directions * vectors + done.repeats)
        assert done.driven == done.input_pulses * out_size + done.gradient_pulses * in_size
    total = sum(counts[1:], counts[0])
    cost = work(total, HARDWARE)
    assert cost.energy.parts['cells'] == pytest.approx(total.multiplications * cell_energy(10e-6, 0.2, 130e-9))
    assert cost.energy.parts['ADCs'] == pytest.approx(total.output_conversions * converter_energy(9))
    assert cost.time == pytest.approx(total.passes * 130e-9 + total.slots * 10e-9)
    assert cost.energy.total == pytest.approx(sum(work(done, HARDWARE).energy.total for done in counts))
    assert isinstance(next(iter(tiles)).rpu_config, GokmenVlasovPreset)


def test_more_voltage_costs_its_square_and_longer_pulses_cost_their_length():
    counts = replace(Counts.with_pulses(), slots=5, driven=40, coincidences=3, multiplications=1)
    pulses = [work(counts, TileHardware(voltage, time)).energy.parts['pulses']
              for voltage, time in ((1.0, 1e-9), (2.0, 1e-9), (1.0, 3e-9))]
    assert pulses[1] == pytest.approx(4 * pulses[0]) and pulses[2] == pytest.approx(3 * pulses[0])


@pytest.mark.parametrize('counts, hardware, message', [
    (Counts(), HARDWARE, 'without pulses'), (Counts.with_pulses(), TileHardware(0.0, 1e-9), 'write_voltage = 0.0'),
    (Counts.with_pulses(), TileHardware(1.0, -1e-9), 'write_time')])
def test_impossible_work_is_refused(counts, hardware, message):
    with pytest.raises(ValueError, match=message):
        work(counts, hardware)
