"""Energy and time of what a tile has done (`aihwlab.kernel.counts.Counts`)."""

from dataclasses import dataclass
from typing import NamedTuple

from aihwlab.kernel.counts import Counts
from aihwlab.physics.arguments import not_negative, positive
from aihwlab.physics.energy import Budget, cell_energy, converter_energy


@dataclass(frozen=True)
class TileHardware:
    """What a tile is made of, as far as its energy depends on it. Reading has the values of `analog_budget`.

    Attributes:
        write_voltage: between the two lines of a cell whose pulses meet, V. Each line gives half of it.
        write_time: length of a time slot, s.
        conductance: mean of what stands for one weight, S.
        read_voltage: root mean square of the voltages of a product, V.
        read_time: for which they are applied, s.
        dac_bits, adc_bits: effective bits of the converters.
        figure_of_merit: of the converters, J.
    """

    write_voltage: float
    write_time: float
    conductance: float = 10e-6
    read_voltage: float = 0.2
    read_time: float = 130e-9
    dac_bits: float = 7
    adc_bits: float = 9
    figure_of_merit: float = 34e-15


class Work(NamedTuple):
    """What work costs.

    Attributes:
        energy: energies of 'cells' (reading), 'DACs', 'ADCs' and 'pulses' (writing), J.
        time: if one pass follows the other, and one time slot the other, s.
    """

    energy: Budget
    time: float


def work(counts: Counts, hardware: TileHardware) -> Work:
    """Return the energy and the time of what a tile has done.

        E = n_mult G V_r^2 t_r + n_in E_dac + n_out E_adc + G t_w (n_driven V_w^2 / 4 + n_meet V_w^2 / 2)
        t = n_passes t_r + n_slots t_w

    A pulse drives all cells of its line with half of the write voltage. Where two meet, a cell sees all of it, which is as
    much as the two halves bring and half of `V_w^2` on top. Tiles that work at the same time: add up their energies, and
    take the longest of their times. Left out are the charging of lines, the drivers, everything digital, and weights that
    were written without pulses.

    Example:
        >>> tile.counts = Counts.with_pulses()
        >>> tile.update(x, d, 0.01)
        >>> work(tile.counts, TileHardware(write_voltage=1.0, write_time=10e-9)).energy.total      # J

    Args:
        counts: of a tile that counts pulses, or of several, added up.
        hardware: what the tile is made of.

    Raises:
        ValueError: for counts without pulses, and for numbers that are not positive.
    """
    if counts.slots is None or counts.driven is None or counts.coincidences is None:
        raise ValueError('counts without pulses: set tile.counts = Counts.with_pulses() before the work is done')
    h = hardware
    positive('write_voltage', h.write_voltage)
    read, write = (not_negative(name, getattr(h, name)) for name in ('read_time', 'write_time'))
    per_pulse = cell_energy(h.conductance, h.write_voltage, write)
    energy = {'cells': counts.multiplications * cell_energy(h.conductance, h.read_voltage, read),
              'DACs': counts.input_conversions * converter_energy(h.dac_bits, h.figure_of_merit),
              'ADCs': counts.output_conversions * converter_energy(h.adc_bits, h.figure_of_merit),
              'pulses': (counts.driven / 4 + counts.coincidences / 2) * per_pulse}
    return Work(Budget(energy, counts.multiplications), counts.passes * read + counts.slots * write)
