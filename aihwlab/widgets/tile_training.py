"""Training before your eyes without torch: a small network on the kernel's tiles, as in the Python of a browser."""

from collections.abc import Iterator

import numpy as np

from aihwlab.datasets.small_digits import Digits, load_small_digits
from aihwlab.kernel.network import Network
from aihwlab.kernel.random import Purpose, Stream, uniforms
from aihwlab.parameters.device import FloatingPointDevice
from aihwlab.parameters.io import IOParameters
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.presets import devices
from aihwlab.simulator.presets.utils import PresetIOParameters, PresetUpdateParameters
from aihwlab.widgets.controls import Value, Values
from aihwlab.widgets.training_panel import TrainingPanel
from aihwlab.widgets.training_record import TrainingRecord

DEVICES = {
    'ReRamSB': devices.ReRamSBPresetDevice, 'ReRamES': devices.ReRamESPresetDevice, 'EcRam': devices.EcRamPresetDevice,
    'EcRamMO': devices.EcRamMOPresetDevice, 'Capacitor': devices.CapacitorPresetDevice,
    'GokmenVlasov': devices.GokmenVlasovPresetDevice, 'Idealized': devices.IdealizedPresetDevice,
}
EXACT = 'digital (exact)'
SIZES = 196, 32, 10
"""Pixels, hidden neurons and digits."""

CROSSPOINTS = 12
"""Number of crosspoints whose weights are recorded."""

TESTS = 10
"""Largest number of times that the accuracy is measured."""


def analog(device: str) -> TileParameters:
    """Return a tile with a device, and with the converters and pulse trains of the training presets."""
    return TileParameters(DEVICES[device](), PresetIOParameters(), PresetIOParameters(), PresetUpdateParameters())


def exact() -> TileParameters:
    """Return a tile that computes as a digital layer does."""
    perfect = IOParameters(is_perfect=True)
    return TileParameters(FloatingPointDevice(), perfect, perfect)


class TileTrainingExplorer(TrainingPanel):
    """Choose devices, press Start, and watch a small network learn digits on them; it is `TrainingExplorer` without torch.

    The network has 32 hidden neurons, `tanh`, and two tiles; the digits are the bundled ones at half their resolution.

    Example:
        >>> TileTrainingExplorer(preset='EcRam', lr=0.1)

    Args:
        batch_size: images in a batch.
        batches: number of batches.
        seed: of the network, its tiles and the order of the images.
        start: values to open with, as those of `TrainingExplorer`.

    Attributes:
        result: the last `NetworkRun`, or None.
        task: the training in progress, or None.
    """

    def __init__(self, batch_size: int = 8, batches: int = 300, seed: int = 1, **start: Value) -> None:
        self.run_options = dict(batch_size=batch_size, batches=batches, seed=seed)
        self.train, self.test = load_small_digits()
        configurations = {**{name: lambda name=name: analog(name) for name in DEVICES}, EXACT: exact}
        super().__init__(configurations, CROSSPOINTS, **{'lr': 0.1, **start})

    def settings(self, preset: str) -> Values:
        """Return the values of the controls that belong to a device; None where it has no such parameter."""
        return {**super().settings(preset), **({'desired_bl': None} if preset == EXACT else {})}

    def begin(self, values: Values) -> 'NetworkRun':
        """Return a new training run."""
        return NetworkRun(self.configuration(), self.train, self.test, values['lr'], **self.run_options)


class NetworkRun(TrainingRecord):
    """One training run of the small network, and the record of it (`TrainingRecord`).

    Args:
        parameters: of the tiles.
        train, test: the digits.
        lr: learning rate.
        batch_size: images in a batch.
        batches: number of batches; the images come in random order, and again when all have been seen.
        seed: of the network, its tiles and the order of the images.
    """

    def __init__(self, parameters: TileParameters, train: Digits, test: Digits, lr: float, batch_size: int = 8,
                 batches: int = 300, seed: int = 1) -> None:
        self.images, self.labels, self.lr, self.batch_size = train.images, train.labels, lr, batch_size
        self.test_images, self.test = test.images, test.labels
        self.network = Network(SIZES, parameters, seed)
        self.order = np.argsort(uniforms(Stream(seed, 0), Purpose.SELECTION, len(train.labels)), kind='stable')
        super().__init__(batches, CROSSPOINTS, TESTS)

    @property
    def cells(self) -> np.ndarray:
        """The weights that are now in the crossbar of the last tile, [out, in]."""
        return self.network.tiles[-1].weights

    def train(self) -> Iterator[float]:
        """Train; yield the loss of each batch."""
        for batch in range(self.total):
            chosen = self.order.take(range(batch * self.batch_size, (batch + 1) * self.batch_size), mode='wrap')
            yield self.network.step(self.images[chosen], self.labels[chosen], self.lr)

    def accuracy(self) -> float:
        """Return the fraction of the test images that the network recognises now."""
        return float((self.network.outputs(self.test_images).argmax(axis=1) == self.test).mean())
