"""Training before your eyes without torch: a small network on the kernel's tiles, as in the Python of a browser."""

from collections.abc import Iterator
from math import ceil

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


class NetworkRun:
    """One training run of the small network, and the record of it, with the attributes of `TrainingRun`.

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
        self.train, self.test, self.lr, self.batch_size, self.total = train, test.labels, lr, batch_size, batches
        self.test_images = test.images
        self.network = Network(SIZES, parameters, seed)
        self.order = np.argsort(uniforms(Stream(seed, 0), Purpose.SELECTION, len(train.labels)), kind='stable')
        self.first_weights = self.weights.copy()
        self.watched = np.linspace(0, self.weights.size - 1, CROSSPOINTS).round().astype(int)
        self.losses: list[float] = []
        self.tested: list[int] = []
        self.accuracies: list[float] = []
        self.traces = [self.weights[self.watched]]

    @property
    def done(self) -> int:
        """Number of batches that are over."""
        return len(self.losses)

    @property
    def cells(self) -> np.ndarray:
        """The weights that are now in the crossbar of the last tile, [out, in]."""
        return self.network.tiles[-1].weights

    @property
    def weights(self) -> np.ndarray:
        """The same weights, [out * in]."""
        return self.cells.reshape(-1)

    def steps(self) -> Iterator[None]:
        """Train, and pause after each batch: a generator."""
        interval = ceil(self.total / TESTS)
        for batch in range(self.total):
            chosen = self.order.take(range(batch * self.batch_size, (batch + 1) * self.batch_size), mode='wrap')
            self.losses.append(self.network.step(self.train.images[chosen], self.train.labels[chosen], self.lr))
            self.traces.append(self.weights[self.watched])
            if self.done % interval == 0 or self.done == self.total:
                self.measure()
            yield

    def measure(self) -> None:
        """Measure the accuracy."""
        hits = self.network.outputs(self.test_images).argmax(axis=1) == self.test
        self.tested.append(self.done)
        self.accuracies.append(float(hits.mean()))
