"""Where the energy of a matrix product goes on a machine that keeps memory and processor apart, and on a crossbar.

The product is `Y = W X` with W [outputs, inputs] and X [inputs, batch]. One multiplication together with one addition is a
MAC, which counts as two operations. All energies are in joules.
"""

import math
from dataclasses import dataclass

from aihwlab.physics.arguments import count, fraction, not_negative, one_of, positive

BOLTZMANN = 1.380649e-23
"""Boltzmann constant, J/K."""

BYTES = {'int8': 1, 'fp16': 2, 'bfloat16': 2, 'int32': 4, 'fp32': 4}
"""Width of a number in each format, bytes."""

WORD = 8
"""Bytes moved by one memory access: 64 bits."""


@dataclass(frozen=True)
class Technology:
    """The energies of operations in one generation of chips.

    Attributes:
        add, multiply: energy of one operation in each number format, J.
        access: lowest and highest published energy of moving 64 bits, for each memory, J. Calculations take the lowest,
            which favours the digital machine.
        source: author, publication, year, DOI.
    """

    add: dict[str, float]
    multiply: dict[str, float]
    access: dict[str, tuple[float, float]]
    source: str

    def mac(self, number: str) -> float:
        """Return the energy of one multiplication and addition in a number format, J."""
        one_of('number', number, self.multiply)
        return self.multiply[number] + self.add[number]

    def per_byte(self, memory: str) -> float:
        """Return the energy of moving one byte to or from a memory, J."""
        return self.access[one_of('memory', memory, self.access)][0] / WORD


TECHNOLOGIES = {
    '45 nm': Technology(
        add={'int8': 0.03e-12, 'int32': 0.1e-12, 'fp16': 0.4e-12, 'fp32': 0.9e-12},
        multiply={'int8': 0.2e-12, 'int32': 3.1e-12, 'fp16': 1.1e-12, 'fp32': 3.7e-12},
        access={'SRAM 8 KB': (10e-12, 10e-12), 'SRAM 32 KB': (20e-12, 20e-12), 'SRAM 1 MB': (100e-12, 100e-12),
                'DRAM': (1300e-12, 2600e-12)},
        source='M. Horowitz, ISSCC, 10, 2014, doi:10.1109/ISSCC.2014.6757323'),
    '7 nm': Technology(
        add={'int8': 0.007e-12, 'int32': 0.03e-12, 'fp16': 0.16e-12, 'bfloat16': 0.11e-12, 'fp32': 0.38e-12},
        multiply={'int8': 0.07e-12, 'int32': 1.48e-12, 'fp16': 0.34e-12, 'bfloat16': 0.21e-12, 'fp32': 1.31e-12},
        access={'SRAM 8 KB': (7.5e-12, 7.5e-12), 'SRAM 32 KB': (8.5e-12, 8.5e-12), 'SRAM 1 MB': (14e-12, 14e-12),
                'HBM2': (250e-12, 450e-12), 'GDDR6': (350e-12, 480e-12), 'DRAM': (1300e-12, 1300e-12)},
        source='N. Jouppi et al., ISCA, 2021, doi:10.1109/ISCA52012.2021.00010'),
}
"""Published energies, by technology; the figure for HBM2 is that of its interface alone."""


@dataclass(frozen=True)
class Budget:
    """The energy of a product, split up by where it goes.

    Attributes:
        parts: energy of each part, by name, J.
        macs: number of multiplications and additions that this energy pays for.
    """

    parts: dict[str, float]
    macs: int

    @property
    def total(self) -> float:
        """The energy of the whole product, J."""
        return sum(self.parts.values())

    @property
    def per_mac(self) -> float:
        """The energy of one multiplication and addition, all overhead included, J."""
        return self.total / self.macs

    def share(self, part: str) -> float:
        """Return the fraction of the energy that goes into a part."""
        return self.parts[one_of('part', part, self.parts)] / self.total


def digital_budget(outputs: int, inputs: int, batch: int = 1, number: str = 'int8', technology: str = '7 nm',
                   memory: str = 'DRAM', resident: float = 0.0, on_chip: str = 'SRAM 1 MB') -> Budget:
    """Return the energy of a product on a machine that fetches its weights.

        E = MACs E_mac + off-chip bytes E_memory + on-chip bytes E_on_chip

    Each weight is fetched once for the whole batch: resident weights from the memory on the chip, the others from the
    memory beside it. Inputs are read from the memory on the chip, and outputs are written to it. What happens inside the
    processing unit (registers, control, clock) is not counted, which favours the digital machine.

    Example:
        >>> digital_budget(256, 256).parts['weights from memory']      # 65,536 bytes from DRAM: 10.6 uJ

    Args:
        outputs, inputs: size of the matrix.
        batch: number of vectors that are multiplied before the next matrix is fetched.
        number: format of all numbers, one of `BYTES`.
        technology: one of `TECHNOLOGIES`.
        memory: where the weights that are not resident come from, one of the memories of the technology.
        resident: fraction of the weights that stay on the chip.
        on_chip: the memory on the chip, one of the memories of the technology.

    Returns:
        The energies of 'arithmetic', 'weights from memory', 'weights on the chip' and 'inputs and outputs' (`Budget`).

    Raises:
        ValueError: if a size is not a whole number of at least 1, the fraction is not in [0, 1], or a name is unknown.
    """
    outputs, inputs, batch = count('outputs', outputs), count('inputs', inputs), count('batch', batch)
    fraction('resident', resident)
    chosen = TECHNOLOGIES[one_of('technology', technology, TECHNOLOGIES)]
    macs, mac = outputs * inputs * batch, chosen.mac(number)
    width = BYTES[number]
    near, far = chosen.per_byte(on_chip), chosen.per_byte(memory)
    return Budget({'arithmetic': macs * mac,
                   'weights from memory': (1 - resident) * outputs * inputs * width * far,
                   'weights on the chip': resident * outputs * inputs * width * near,
                   'inputs and outputs': (outputs + inputs) * batch * width * near}, macs)


def cell_energy(conductance: float, voltage: float, time: float) -> float:
    """Return the energy of one multiplication in a memory cell, `E = G V^2 t`.

    Example:
        >>> cell_energy(25e-6, 0.2, 100e-9)     # 1e-13 J = 100 fJ

    Args:
        conductance: conductance G of the cell, S.
        voltage: voltage V across the cell, V.
        time: time t for which the voltage is applied, s.

    Raises:
        ValueError: if the conductance or the time is negative or not finite.
    """
    return not_negative('conductance', conductance) * voltage ** 2 * not_negative('time', time)


def converter_energy(bits: float, figure_of_merit: float = 34e-15) -> float:
    """Return the energy of one conversion according to Walden's figure of merit, `E = FoM 2^bits`.

    Args:
        bits: effective number of bits (ENOB), which noise and distortion keep below the nominal number.
        figure_of_merit: FoM, J per step; by default that of L. Kull et al., IEEE J. Solid-State Circuits 48, 3049, 2013,
            doi:10.1109/JSSC.2013.2279571.

    Raises:
        ValueError: if a number is not positive and finite.
    """
    return positive('figure_of_merit', figure_of_merit) * 2.0 ** positive('bits', bits)


def thermal_limit(bits: float, temperature: float = 300.0) -> float:
    """Return the least energy with which thermal noise allows a conversion, `E = 8 k T SNR`, `SNR = 1.5 * 4^bits`.

    SNR is the ratio of the power of a full-scale sine to that of the rounding error of an ideal converter. Each additional
    bit costs four times as much.

    Args:
        bits: effective number of bits.
        temperature: temperature T, K.

    Raises:
        ValueError: if a number is not positive and finite.
    """
    return 8 * BOLTZMANN * positive('temperature', temperature) * 1.5 * 4.0 ** positive('bits', bits)


def analog_budget(outputs: int, inputs: int, batch: int = 1, tile_size: int = 256, adc_bits: float = 8,
                  dac_bits: float = 8, conductance: float = 10e-6, voltage: float = 0.2, time: float = 130e-9,
                  figure_of_merit: float = 34e-15, technology: str = '7 nm', on_chip: str = 'SRAM 1 MB') -> Budget:
    """Return the energy of a product on crossbars that hold its weights.

        E = DACs E_dac + ADCs E_adc + cells G V^2 t + E_digital          for each vector

    A matrix larger than a tile is cut into tiles. Each tile converts its own inputs and outputs, and the partial sums of
    an output are added up digitally. Every output is scaled and shifted in fp16, because the weights of each column have
    a scale of their own. Inputs and outputs are 8-bit numbers in the memory of the chip, as they are by default for the
    digital machine. Writing the weights is not counted: they stay where they are.

    Example:
        >>> analog_budget(256, 256).parts['cells']                     # 3.4 nJ

    Args:
        outputs, inputs, batch: size of the product.
        tile_size: number of rows, and of columns, of a tile.
        adc_bits, dac_bits: effective bits of the converters behind the columns and in front of the rows.
        conductance: mean conductance that stands for one weight, both cells of a pair together, S.
        voltage: root mean square of the voltages of the rows, V.
        time: time for which the voltages are applied, s.
        figure_of_merit: figure of merit of the ADCs, J per step. It is used for the DACs too, which counts against the
            analog tile, because DACs need less.
        technology, on_chip: technology and memory of the digital part; see `digital_budget`.

    Returns:
        The energies of 'cells', 'DACs', 'ADCs' and 'digital' (`Budget`).

    Raises:
        ValueError: if a size is not a whole number of at least 1, a number is out of range, or a name is unknown.
    """
    outputs, inputs, batch = count('outputs', outputs), count('inputs', inputs), count('batch', batch)
    tile_size = count('tile_size', tile_size)
    chosen = TECHNOLOGIES[one_of('technology', technology, TECHNOLOGIES)]
    down, across = math.ceil(inputs / tile_size), math.ceil(outputs / tile_size)
    conversions = down * outputs
    additions = (conversions - outputs) * chosen.add['int32']
    digital = additions + outputs * chosen.mac('fp16') + (inputs + outputs) * chosen.per_byte(on_chip)
    return Budget({'cells': batch * outputs * inputs * cell_energy(conductance, voltage, time),
                   'DACs': batch * across * inputs * converter_energy(dac_bits, figure_of_merit),
                   'ADCs': batch * conversions * converter_energy(adc_bits, figure_of_merit),
                   'digital': batch * digital}, outputs * inputs * batch)


def movement_over_multiplication(movement: tuple[float, float] = (1e-9, 2e-9),
                                 multiplication: tuple[float, float] = (1e-15, 100e-15)) -> tuple[float, float]:
    """Return the smallest and the largest ratio between two ranges of energies, `(min / max, max / min)`.

    The defaults are for moving 64 bits to or from DRAM, and for one multiplication in a cell of phase-change memory.

    Example:
        >>> movement_over_multiplication()      # 1e4, 2e6

    Args:
        movement: lowest and highest energy of fetching a number, J.
        multiplication: lowest and highest energy of multiplying it, J.

    Raises:
        ValueError: if a range is not positive and finite, or its limits are in the wrong order.
    """
    for name, (low, high) in (('movement', movement), ('multiplication', multiplication)):
        if not 0 < low <= high < math.inf:
            raise ValueError(f'{name} = {(low, high)} must satisfy 0 < lowest <= highest')
    return movement[0] / multiplication[1], movement[1] / multiplication[0]
