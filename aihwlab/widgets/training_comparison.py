"""Several ways to train, side by side: loss, accuracy and energy while networks learn at the same time."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from torch.nn import Module
from torch.utils.data import Dataset, Subset

from aihwlab.kernel.counts import Counts
from aihwlab.physics.work import TileHardware, work
from aihwlab.widgets.controls import Slider, Value, Values
from aihwlab.widgets.live_panel import LivePanel
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, RED, SKY, tidy
from aihwlab.widgets.training_panel import running_mean
from aihwlab.widgets.training_run import Configuration, TrainingRun

HARDWARE = TileHardware(write_voltage=1.0, write_time=10e-9)
"""What tiles are made of: reading as in lesson 1; the pulses are round numbers, not measured ones."""

COLOURS = BLACK, BLUE, ORANGE, GREEN, RED, SKY
"""Of the ways, in their order; there are no more of them."""

MARKERS = 'o', 's', '^', 'D', 'v', 'P'
"""Of the same, for readers who see no colours."""

CONTROLS = {
    'batches': Slider('batches', 300, 50, 750, 50, help='How long each network is trained; an epoch of the bundled images has '
                                                        '750 batches.'),
    'write_noise_std': Slider('write noise', 56.0, 0.0, 100.0, 1.0, unit='steps', symbol='write_noise_std',
                              help='How much the weight that is read fluctuates around the state of a device.'),
    'seed': Slider('seed', 1, 1, 20, 1, help='Another seed: other networks, another order of the images.'),
}


class Way(NamedTuple):
    """A way to train.

    Attributes:
        configuration: function that makes the configuration of the tiles.
        lr: learning rate.
    """

    configuration: Callable[[], Configuration]
    lr: float


class CountedRun(TrainingRun):
    """A training run that counts the work of its tiles; that of tests does not count.

    Attributes:
        energies: energy until each test, of all products and pulses so far, J.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.energies: list[float] = []
        self.tiles = [tile.kernel_tile for tile in self.model.analog_tiles()]
        for tile in self.tiles:
            tile.counts = Counts.with_pulses()

    def measure(self) -> None:
        """Measure the accuracy, and work out the energy so far."""
        counts = [tile.counts for tile in self.tiles]
        self.energies.append(sum(work(each, HARDWARE).energy.total for each in counts))
        for tile in self.tiles:
            tile.counts = Counts()
        super().measure()
        for tile, before in zip(self.tiles, counts):
            tile.counts = before


class ComparisonRun:
    """Training runs that take turns, batch by batch.

    Args:
        runs: by name.

    Attributes:
        total, done: number of batches, and of those that are over, of all runs together.
    """

    def __init__(self, runs: Mapping[str, CountedRun]) -> None:
        self.runs = dict(runs)
        self.total = sum(run.total for run in self.runs.values())

    @property
    def done(self) -> int:
        """Number of batches that are over."""
        return sum(run.done for run in self.runs.values())

    def steps(self) -> Iterator[None]:
        """Train all networks, one batch of each in turn, and pause after each batch: a generator."""
        waiting = [run.steps() for run in self.runs.values()]
        while waiting:
            for steps in list(waiting):
                try:
                    next(steps)
                except StopIteration:
                    waiting.remove(steps)
                else:
                    yield


class TrainingComparison(LivePanel):
    """Press Start, and watch several networks learn side by side.

    Example:
        >>> TrainingComparison(build, *load_mnist(), {'SGD': Way(ReRamSBPreset, 0.01),
        ...                                           'mixed precision': Way(MixedPrecisionReRamSBPreset, 0.05)})

    Args:
        build: function (rpu_config) -> network of analog layers.
        train, test: data sets of (image, label).
        ways: up to six ways to train, by name.
        batch_size, tests: see `TrainingRun`.
        start: values to open with, by the names of the controls: `batches`, `write_noise_std` and `seed`.

    Raises:
        ValueError: for no ways, or more than six.
    """

    def __init__(self, build: Callable[[Configuration], Module], train: Dataset, test: Dataset, ways: Mapping[str, Way],
                 batch_size: int = 8, tests: int = 6, **start: Value) -> None:
        if not 1 <= len(ways) <= len(COLOURS):
            raise ValueError(f'{len(ways)} ways: must be 1 to {len(COLOURS)}')
        self.build, self.train, self.test, self.ways = build, train, test, dict(ways)
        self.batch_size, self.tests = batch_size, tests
        super().__init__(lambda figure: ComparisonView(figure, list(self.ways)), CONTROLS, None, figsize=(8.0, 5.4),
                         doing='train')
        self.start_with(**start)

    def begin(self, values: Values) -> ComparisonRun:
        """Return new runs, all with the same images in the same order."""
        images = min(values['batches'] * self.batch_size, len(self.train))
        train = Subset(self.train, range(images))

        def run(way: Way) -> CountedRun:
            config = with_write_noise(way.configuration(), values['write_noise_std'])
            return CountedRun(self.build, config, train, self.test, way.lr, self.batch_size, seed=values['seed'],
                              tests=self.tests)

        return ComparisonRun({name: run(way) for name, way in self.ways.items()})


def with_write_noise(config: Configuration, steps: float) -> Configuration:
    """Return a configuration whose devices have a write noise, steps; those that cannot have any stay as they are."""
    waiting: list[Any] = [config.device]
    while waiting:
        device = waiting.pop()
        own = vars(device)
        waiting += [*own.get('unit_cell_devices', []), *([own['device']] if 'device' in own else [])]
        if 'write_noise_std' in own:
            device.write_noise_std = steps
    return config


class ComparisonView:
    """Loss and accuracy against batches at the top; at the foot, accuracy against energy."""

    def __init__(self, figure: Figure, names: list[str]) -> None:
        figure.get_layout_engine().set(rect=(0, 0, 0.98, 1))
        grid = figure.add_gridspec(2, 2)
        self.loss_axes, self.accuracy_axes = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
        self.energy_axes = figure.add_subplot(grid[1, :])
        self.loss_axes.set(xlabel='batch', ylabel='loss', title='training loss', ylim=(0, 2.5))
        self.accuracy_axes.set(xlabel='batch', ylabel='test accuracy (%)', title='images recognised', ylim=(0, 100))
        self.energy_axes.set(xlabel='energy of all products and pulses so far (J)', ylabel='test accuracy (%)',
                             title='what it costs', xscale='log', ylim=(0, 100))
        self.names = names
        for axes in figure.axes:
            tidy(axes)
        for axes in (self.accuracy_axes, self.energy_axes):
            axes.axhline(10, color='#808080', linewidth=0.8, linestyle=':')
        self.losses = [self.loss_axes.plot([], [], color=colour, linewidth=1.6)[0] for _, colour in zip(names, COLOURS)]
        self.accuracies, self.costs = ([axes.plot([], [], color=colour, marker=marker, linewidth=1.6, label=name)[0]
                                        for name, colour, marker in zip(names, COLOURS, MARKERS)]
                                       for axes in (self.accuracy_axes, self.energy_axes))
        self.loss_axes.legend(handles=self.accuracies, loc='lower left', frameon=False, fontsize='small')
        self.curves = [*self.losses, *self.accuracies, *self.costs]

    def update(self, result: ComparisonRun | None) -> None:
        if result is None:
            for line in self.curves:
                line.set_data([], [])
            return
        runs = list(result.runs.values())
        for run, loss, accuracy, cost in zip(runs, self.losses, self.accuracies, self.costs):
            loss.set_data(np.arange(1, run.done + 1), running_mean(run.losses))
            percent = 100 * np.array(run.accuracies)
            accuracy.set_data(run.tested, percent)
            paid = np.array(run.energies[:len(percent)])
            cost.set_data(paid[paid > 0], percent[paid > 0])  # exact weights cost nothing here
        for axes in (self.loss_axes, self.accuracy_axes):
            axes.set_xlim(0, runs[0].total)
        spent = np.concatenate([line.get_xdata() for line in self.costs])
        if len(spent):
            self.energy_axes.set_xlim(10.0 ** np.floor(np.log10(spent.min())), 10.0 ** np.ceil(np.log10(spent.max())))

    def describe(self, values: Values, result: ComparisonRun | None) -> str:
        if result is None:
            return 'Nothing has been trained yet: press Start.'
        found = []
        for name, run in result.runs.items():
            accuracy = f'{100 * run.accuracies[-1]:.1f} %' if run.accuracies else 'not tested yet'
            energy = f', {1e3 * run.energies[-1]:.3g} mJ' if run.accuracies and run.energies[-1] else ''
            found.append(f'{name} {accuracy}{energy}')
        return (f'{result.done} of {result.total} batches. Test images recognised, and energy: {"; ".join(found)}.')
