"""What a layer costs on crossbars, in energy, time and area; and on a digital machine that fetches its weights."""

from collections.abc import Iterable
from typing import NamedTuple

from aihwlab.physics.arguments import count
from aihwlab.physics.chips import CHIPS, Chip
from aihwlab.physics.energy import TECHNOLOGIES, Budget, analog_budget, digital_budget
from aihwlab.physics.roofline import ROUND_NUMBERS, Machine, bytes_moved, operations


class TileSize(NamedTuple):
    """Which part of a crossbar a matrix takes.

    Attributes:
        outputs, inputs: of the part of the matrix that is on this tile.
        rows, columns: inputs and outputs that the crossbar has, whether they are used or not.
    """

    outputs: int
    inputs: int
    rows: int
    columns: int

    @property
    def utilisation(self) -> float:
        """The fraction of the cells that hold a weight."""
        return self.outputs * self.inputs / (self.rows * self.columns)


class Cost(NamedTuple):
    """What the products of a layer cost.

    Attributes:
        energy: J, split up by where it goes.
        time: s.
        area: of the crossbars with their converters, m^2; None for a digital machine, whose area serves all layers in turn.
    """

    energy: Budget
    time: float
    area: float | None = None


def crossbar_cost(outputs: int, tiles: Iterable[TileSize], vectors: int, dac_bits: float = 8, adc_bits: float = 8,
                  chip: Chip = CHIPS['one core']) -> Cost:
    """Return what the product of a matrix, cut into tiles, with some vectors costs on crossbars.

        E = sum of the tiles' `analog_budget` + additions of partial sums
        t = vectors t_product,      A = A_core sum of rows columns / cells of a core

    All tiles of a matrix work at the same time, one vector after the other. Time and area are those of a measured core, by
    default that of R. Khaddam-Aljameh et al., 2022 (see `CHIPS`): 130 ns for a product and 0.63 mm^2 for 256 x 256 weights,
    converters included. The area of a tile of another size is taken to grow with its cells, although that of its converters
    grows with its lines only. Each tile reads its inputs from the memory and scales its outputs for itself.

    Left out are the writing of the weights, what moves numbers between layers, and everything digital beyond the sums.

    Example:
        >>> cost = crossbar_cost(256, [TileSize(256, 256, rows=256, columns=256)], vectors=1)
        >>> cost.energy.total, cost.time, cost.area      # 8.9 nJ, 130 ns, 0.63e-6 m^2

    Args:
        outputs: of the whole matrix.
        tiles: parts of the matrix, each on a tile.
        vectors: number of vectors that are multiplied.
        dac_bits, adc_bits: effective bits of the converters.
        chip: whose time for a product, and area for a weight, count.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or a figure of the chip is not known.
    """
    tiles, vectors = list(tiles), count('vectors', vectors)
    budgets = [analog_budget(tile.outputs, tile.inputs, vectors, max(tile.outputs, tile.inputs), adc_bits, dac_bits)
               for tile in tiles]
    parts = {name: sum(budget.parts[name] for budget in budgets) for name in budgets[0].parts}
    additions = vectors * (sum(tile.outputs for tile in tiles) - count('outputs', outputs))
    parts['digital'] += additions * TECHNOLOGIES['7 nm'].add['int32']
    cells = sum(tile.rows * tile.columns for tile in tiles)
    energy = Budget(parts, sum(budget.macs for budget in budgets))
    return Cost(energy, vectors * chip.product_time, cells * chip.area_per_weight)


def digital_cost(outputs: int, inputs: int, vectors: int, resident: float = 0.0, machine: Machine = ROUND_NUMBERS) -> Cost:
    """Return what the same product costs on a digital machine with numbers of 8 bits.

    The energy is that of `digital_budget`, in 7 nm: weights are fetched from DRAM once for all vectors, or stay on the chip.
    The time is that of the roofline: whatever takes longer, arithmetic or the moving of numbers. Look at both ends of
    `resident`: which of them a network meets depends on how much memory the chip has.

    Example:
        >>> digital_cost(256, 256, vectors=1).energy.total                   # 11 uJ: 1200 times that of a crossbar
        >>> digital_cost(256, 256, vectors=1, resident=1).energy.total       # 0.12 uJ

    Args:
        outputs, inputs: size of the matrix.
        vectors: number of vectors that are multiplied before the next matrix is fetched.
        resident: fraction of the weights that stay on the chip.
        machine: whose arithmetic and memory bandwidth count; by default one of round numbers.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or the fraction is not in [0, 1].
    """
    energy = digital_budget(outputs, inputs, vectors, resident=resident)
    return Cost(energy, machine.time(operations(outputs, inputs, vectors), bytes_moved(outputs, inputs, vectors, 1, resident)))
