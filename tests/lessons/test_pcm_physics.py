import re

import numpy as np
import pytest

from aihwlab.lessons import pcm_physics as lesson
from aihwlab.physics.pcm_ageing import YEAR, drift, retention_time
from aihwlab.physics.pcm_cell import PCMCell
from aihwlab.physics.pcm_pulse import Pulse, PulseTrace, apply_pulse
from aihwlab.physics.pcm_read import conductance, read_current, threshold_voltage
from aihwlab.widgets import DeviceResponse, PCMArrayExplorer, PCMDriftExplorer, PCMTrainExplorer
from tests.lessons.prose import markdown, says, tasks

SAID, MEANT = markdown('02_pcm_physics'), tasks(lesson)
CELL, GLASS = PCMCell(), 27.3e-9


def after(power, width=50, fall=0, before=0.0) -> PulseTrace:
    """Return what a pulse (uW, ns, ns) does to a cell with some glass (m)."""
    return apply_pulse(CELL, Pulse(power * 1e-6, width * 1e-9, fall * 1e-9), before)


def left(*pulse, **options):
    """Return the thickness that is left, nm, and the conductance, uS."""
    thickness = after(*pulse, **options).thickness[-1]
    return 1e9 * thickness, 1e6 * conductance(CELL, thickness)


def test_a_slow_edge_leaves_crystal_as_the_quiz_says():
    assert apply_pulse(PCMCell(), Pulse(400e-6, 50e-9, 150e-9)).thickness[-1] == 0
    assert apply_pulse(PCMCell(), Pulse(400e-6)).thickness[-1] > 27e-9


def test_lifetime_is_that_of_the_library():
    for temperature in (300.0, 350.0, 420.0):
        lifetime = lesson.LIFETIME.solved()(temperature, 2.3)
        np.testing.assert_allclose(lifetime, retention_time(temperature) / YEAR, rtol=2e-3)


def test_a_decade_takes_eleven_per_cent():
    assert round(100 * (1 - drift(1.0, 10.0, 0.05))) == 11


def test_what_is_said_about_crystal_growth():
    temperature = np.arange(300, 878)
    speed = CELL.growth_velocity(temperature.astype(float))
    says(MEANT, 'In between is a peak: {} nm/ns at {} K', speed.max(), temperature[speed.argmax()])
    says(MEANT, 'at the melting point, {} K', CELL.melting)
    assert speed[temperature == 550] < speed.max() / 100 and speed[0] < 1e-6 * speed[temperature == 550]
    says(MEANT, 'crystal grows by {} nm in a nanosecond, which would take {} ns', speed.max(), 1e9 * GLASS / speed.max())


def test_the_trailing_edge_that_leaves_no_glass():
    edge = lesson.LONG_ENOUGH.guess
    assert left(400, fall=edge.truth)[0] == 0 < left(400, fall=edge.truth - edge.step)[0]
    says(MEANT, 'An edge of {} ns still leaves {} nm', edge.truth - edge.step, left(400, fall=edge.truth - edge.step)[0])
    says(MEANT, 'A pulse of 400 µW and 50 ns melts {} nm and ends sharply: {} nm become glass', 1e9 * after(400).melt.max(),
         left(400)[0])
    trace = after(400, fall=edge.truth)
    gone = np.flatnonzero((trace.thickness == 0) & (trace.time > 50e-9))[0]
    says(SAID, 'to about {} K. Then the glass is gone', round(float(trace.temperature[gone - 1]), -1))


def test_which_powers_crystallise_and_which_leave_glass():
    powers = np.arange(100, 401, 5)
    best = max(powers, key=lambda power: left(power, before=GLASS)[1])
    says(SAID, '{} µW: it leaves {} nm and {} µS', best, *left(best, before=GLASS))
    melting = 1e6 * CELL.melting_power
    says(SAID, 'Above {} µW the hottest spot melts', melting)
    says(SAID, 'just above the melting power of {} µW', melting)
    first = min(power for power in powers if left(power)[0] > 0)
    says(SAID, '{} µW, which leaves {} nm', first, left(first)[0])
    assert after(first - 5).melt.max() == pytest.approx(0.5e-9, rel=0.1)


def test_a_strong_pulse_leaves_glass_and_a_weaker_one_none():
    assert left(350, 200, before=GLASS)[0] == pytest.approx(lesson.STRONG_SET.guess.truth, abs=0.05)
    assert left(350, 200, before=GLASS)[1] < 1 and left(220, 200, before=GLASS)[0] == 0
    says(MEANT, '{} µW, leaves no glass at all and takes {} % less energy', 220, 100 * (1 - 220 / 350))


def test_what_is_said_about_trains():
    explorer = PCMTrainExplorer(noise=0, spread=0)
    mean = 1e6 * explorer.result.conductance.mean(axis=1)
    first = np.flatnonzero(mean > 20)[0]
    says(SAID, 'At pulse {}, after twelve that seem to do little', first)
    assert mean[first - 1] < 2.1
    for down, expected in ((290, 25.0), (300, 3.7)):
        explorer.set(down=down)
        mean = 1e6 * explorer.result.conductance.mean(axis=1)
        assert mean[16] == pytest.approx(expected, abs=0.05) and np.ptp(mean[16:]) < 1e-6
    says(SAID, '{} µW takes the cell from {} µS to {} µS with the first pulse', 300, mean[15], mean[16])


def test_the_first_pulse_brings_the_cells_back():
    mean = 1e6 * PCMTrainExplorer().result.conductance.mean(axis=1)
    assert mean[15] > 15 and mean[16] < 0.6 and np.ptp(mean[16:]) < 0.05


def test_what_is_said_about_the_measured_array():
    explorer = PCMArrayExplorer(pulses=1, shown=1)
    one = 1e6 * explorer.result.conductance[1]
    says(SAID, 'About {} µS and {} µS: the noise of one pulse', one.mean(), one.std())
    explorer.set(pulses=60, shown=60)
    explorer.set(noise=0.0)
    rest = 1e6 * explorer.result.conductance[60]
    says(SAID, 'That of the reading alone: {} % of the conductance and {} µS', 3, 0.13)
    assert rest.std() == pytest.approx(0.03 * rest.mean() + 0.13, rel=0.1)
    explorer.set(noise=1.0)
    says(SAID, 'At about {} µS. The mean step is zero at 0.880 / 0.084 = {} µS',
         1e6 * explorer.result.conductance[60].mean(), 0.880 / 0.084)


def test_what_is_said_about_reading():
    def excess(thickness, voltage):
        return read_current(CELL, thickness, voltage) / (conductance(CELL, thickness) * voltage)

    says(SAID, 'By {} % with 27.3 nm ({} µA instead of {} µA), and by {} % with 15 nm', 100 * (excess(GLASS, 0.2) - 1),
         1e6 * read_current(CELL, GLASS, 0.2), 1e6 * conductance(CELL, GLASS) * 0.2, 100 * (excess(15e-9, 0.2) - 1))
    assert excess(GLASS, 0.7) > 2
    assert threshold_voltage(CELL, np.array([15e-9, 27.3e-9, 40e-9])) == pytest.approx([0.4, 0.8, 1.2], abs=0.05)


def test_what_is_left_after_a_year():
    explorer = PCMDriftExplorer(time=3.2e7)
    kept, exponents = [], []
    for target in (2.5, 10, 25):
        explorer.set(target=target)
        kept.append(float(re.search(r'([\d.]+) % of what it was', explorer.status.value)[1]))
        exponents.append(float(re.search(r'exponent is ([\d.]+)\.', explorer.status.value)[1]))
    says(SAID, 'About {} %, {} % and {} %', *kept)
    says(MEANT, 'after a year about {} % are left of 2.5 µS, {} % of 10 µS and of 25 µS', *kept[:2])
    says(MEANT, 'they lose less: {} % are left after a year, and only about {} % of 2.5 µS', kept[2], kept[0])
    says(MEANT, '{} at 2.5 µS, {} at 10 and at 25 µS', *exponents[:2])
    assert kept[1] == kept[2] and exponents[1] == exponents[2]


def test_which_devices_have_equal_steps_at_weight_zero():
    explorer, unequal = DeviceResponse(), {}
    for name in explorer.controls['device'].options:
        explorer.set(device=name)
        step = explorer.result.step
        up, down = (abs(np.interp(0, step.weight, curve)) for curve in (step.up, step.down))
        if up != pytest.approx(down, rel=0.02):
            unequal[name] = up, down
    assert set(unequal) == {'ReRamES', 'PCM'}
    says(SAID, 'ReRamES has steps of {} up and {} down, PCM of {} and {}', *unequal['ReRamES'], *unequal['PCM'])


def test_progress_follows():
    progress = lesson.progress()
    before = progress.count
    lesson.RELATIVE_ERROR.check(lesson.RELATIVE_ERROR.solved())
    assert progress.count == before + 1
