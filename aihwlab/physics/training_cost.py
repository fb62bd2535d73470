"""What training costs: on crossbars, from what their tiles have done, and on digital machines, from the sizes of the layers.

A plot of accuracy against energy takes one point from each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aihwlab.kernel.counts import Counts
from aihwlab.physics.arguments import count, fraction, one_of, positive
from aihwlab.physics.energy import BYTES, TECHNOLOGIES, Budget, digital_budget
from aihwlab.physics.roofline import Machine
from aihwlab.physics.work import TileHardware, Work, work

PRODUCTS = 3
"""Products of a layer in training: forward, backward, and of gradients with inputs."""


class Layer(NamedTuple):
    """A layer with weights, as far as its cost depends on it.

    Attributes:
        outputs, inputs: size of the matrix.
        vectors: by how many vectors it is multiplied for one example: 1, or the number of positions of a convolution.
    """

    outputs: int
    inputs: int
    vectors: int = 1

    @property
    def macs(self) -> int:
        """Multiplications and additions of one product, for one example."""
        return self.outputs * self.inputs * self.vectors


LENET5 = (Layer(16, 25, 24 * 24), Layer(32, 400, 8 * 8), Layer(128, 512), Layer(10, 128))
"""The layers of LeNet5 as the lessons train it, biases left out."""


@dataclass(frozen=True)
class Accelerator:
    """A digital machine as its data sheet describes it.

    Attributes:
        machine: peak of arithmetic and memory bandwidth, for each number format.
        power: thermal design power, W.
        source: author, publication, year.
    """

    machine: dict[str, Machine]
    power: float
    source: str


ACCELERATORS = {
    'A100': Accelerator({'fp32': Machine(19.5e12, 1555e9), 'bfloat16': Machine(312e12, 1555e9)}, 400.0,
                        'NVIDIA A100 Tensor Core GPU Architecture, white paper, 2020: SXM4 module with 40 GB, dense'),
    'H100': Accelerator({'fp32': Machine(67e12, 3350e9), 'bfloat16': Machine(989e12, 3350e9)}, 700.0,
                        'NVIDIA H100 Tensor Core GPU, data sheet, 2023: SXM5 module, dense'),
}
"""Published figures of machines that networks are trained on."""


def analog_training(tiles: Iterable[Counts], hardware: TileHardware, examples: int, epoch: int = 60_000,
                    technology: str = '7 nm', on_chip: str = 'SRAM 1 MB') -> Work:
    """Return energy and time of an epoch of training on crossbars, from what their tiles did for some examples.

        E = E_work + n_digital (E_mac + 8 bytes E_on_chip)

    with the energy of `aihwlab.physics.work.work`. Each digital addition is one of 32 bits whose sum is read from the memory
    on the chip and written back, 4 bytes each way. Hardware that adds up the products of a batch in its registers first, as
    mixed precision allows, needs little more than `E_mac`, a ninth of it. Layers work one after the other, as training batch
    by batch asks, and digital parts beside them. Left out are activations, biases, the optimizer, and what `work` leaves out.

    Example:
        >>> counts = [tile.kernel_tile.counts for tile in model.analog_tiles()]     # set to Counts.with_pulses() before
        >>> analog_training(counts, TileHardware(write_voltage=1.0, write_time=10e-9), examples=800).energy.total    # J

    Args:
        tiles: counts of each tile, with pulses.
        hardware: what the tiles are made of.
        examples: number of examples with which they were trained while they counted.
        epoch: number of examples of an epoch, by default that of MNIST.
        technology, on_chip: technology and memory of the digital part; see `aihwlab.physics.energy.digital_budget`.

    Returns:
        The energies of 'cells', 'DACs', 'ADCs', 'pulses' and 'digital', J, and the time, s.

    Raises:
        ValueError: for counts without pulses, no tile, sizes that are not whole numbers of at least 1, or unknown names.
    """
    all_counts = list(tiles)
    if not all_counts:
        raise ValueError('tiles is empty: must be the counts of at least one tile')
    scale = count('epoch', epoch) / count('examples', examples)
    chosen = TECHNOLOGIES[one_of('technology', technology, TECHNOLOGIES)]
    done = work(sum(all_counts[1:], all_counts[0]), hardware)
    additions = sum(counts.digital for counts in all_counts)
    parts = {**done.energy.parts, 'digital': additions * (chosen.mac('fp32') + 2 * BYTES['fp32'] * chosen.per_byte(on_chip))}
    return Work(Budget({name: scale * energy for name, energy in parts.items()}, round(scale * done.energy.macs)),
                scale * done.time)


def digital_training(layers: Sequence[Layer], batch: int = 8, epoch: int = 60_000, number: str = 'fp32',
                     technology: str = '7 nm', memory: str = 'DRAM', resident: float = 0.0) -> Budget:
    """Return the least energy of an epoch of digital training: of arithmetic, and of moving weights once for each product.

    Three products for each layer and batch, each with the energy of `aihwlab.physics.energy.digital_budget`. The third, of
    gradients with inputs, writes the new weights where the others fetch them. Nothing inside the processor is counted, nor
    its idle time, which favours the digital machine by far: see `accelerator_training` for what machines take.

    Args:
        layers: sizes of the layers.
        batch: number of examples of a batch.
        epoch: number of examples of an epoch.
        number, technology, memory, resident: see `aihwlab.physics.energy.digital_budget`.

    Raises:
        ValueError: as of `digital_budget`.
    """
    batches = count('epoch', epoch) / count('batch', batch)
    budgets = [digital_budget(layer.outputs, layer.inputs, batch * layer.vectors, number, technology, memory, resident)
               for layer in layers]
    scale = PRODUCTS * batches
    return Budget({name: scale * sum(budget.parts[name] for budget in budgets) for name in budgets[0].parts},
                  round(scale * sum(budget.macs for budget in budgets)))


def accelerator_training(layers: Sequence[Layer], batch: int = 8, epoch: int = 60_000, accelerator: str = 'A100',
                         number: str = 'bfloat16', utilisation: float = 1.0) -> Work:
    """Return energy and time of an epoch on a machine that takes its full power, at a fraction of its roofline.

        t = max(operations / peak, bytes / bandwidth) / utilisation,   E = P t

    A small network in small batches keeps such a machine waiting most of the time: measure the utilisation of yours, as the
    time of this function at 1 over that of a training run.

    Args:
        layers: sizes of the layers.
        batch, epoch: number of examples of a batch, and of an epoch.
        accelerator: one of `ACCELERATORS`.
        number: format of all numbers, one that the machine has.
        utilisation: fraction of what the roofline allows; 1 favours the machine.

    Raises:
        ValueError: if a size is not a whole number of at least 1, the fraction is not in (0, 1], or a name is unknown.
    """
    chosen = ACCELERATORS[one_of('accelerator', accelerator, ACCELERATORS)]
    machine = chosen.machine[one_of('number', number, chosen.machine)]
    positive('utilisation', fraction('utilisation', utilisation))
    batches, width, time = count('epoch', epoch) / count('batch', batch), BYTES[number], 0.0
    for layer in layers:
        moved = width * (layer.outputs * layer.inputs + (layer.outputs + layer.inputs) * layer.vectors * batch)
        time += PRODUCTS * machine.time(2 * layer.macs * batch, moved)
    macs = round(PRODUCTS * epoch * sum(layer.macs for layer in layers))
    time *= batches / utilisation
    return Work(Budget({'machine': chosen.power * time}, macs), time)
