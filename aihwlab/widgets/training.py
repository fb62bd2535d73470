"""Training before your eyes: loss, accuracy and devices while a network learns."""

from collections.abc import Callable, Mapping

from torch.nn import Module
from torch.utils.data import Dataset

from aihwlab.simulator import presets
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.widgets.controls import Value, Values
from aihwlab.widgets.training_panel import TrainingPanel
from aihwlab.widgets.training_run import Configuration, TrainingRun

CONFIGURATIONS = {
    'ReRamSB': presets.ReRamSBPreset, 'ReRamES': presets.ReRamESPreset, 'EcRam': presets.EcRamPreset,
    'EcRamMO': presets.EcRamMOPreset, 'Capacitor': presets.CapacitorPreset, 'GokmenVlasov': presets.GokmenVlasovPreset,
    'Idealized': presets.IdealizedPreset, 'digital (exact)': FloatingPointRPUConfig,
}
"""The configurations to choose from, as functions that make one."""


class TrainingExplorer(TrainingPanel):
    """Choose devices, press Start, and watch a network learn on them.

    Stop ends the run at the next batch, and Pin keeps a run to compare with. Training goes on between the events of the
    notebook, so that the controls can be moved meanwhile; they take effect at the next Start. `run()` trains at once and
    returns at the end.

    Example:
        >>> def build(rpu_config):
        ...     return AnalogSequential(Flatten(), AnalogLinear(784, 10, rpu_config=rpu_config), LogSoftmax(dim=1))
        >>> explorer = TrainingExplorer(build, *load_mnist())
        >>> explorer

    Args:
        build: function (rpu_config) -> network of analog layers.
        train, test: data sets of (image, label).
        configurations: functions that make a configuration, by name; by default, the training presets.
        batch_size, epochs, seed, tile, crosspoints, tests: see `TrainingRun`.
        start: values to open with, by the names of the controls: `preset`, `lr`, `dw_min_std`, `dw_min_dtod` and
            `desired_bl`.

    Attributes:
        result: the last `TrainingRun`, or None.
        task: the training in progress, or None.
    """

    def __init__(self, build: Callable[[Configuration], Module], train: Dataset, test: Dataset,
                 configurations: Mapping[str, Callable[[], Configuration]] | None = None, batch_size: int = 8,
                 epochs: int = 1, seed: int = 1, tile: int = -1, crosspoints: int = 12, tests: int = 10,
                 **start: Value) -> None:
        self.build, self.train, self.test = build, train, test
        self.run_options = dict(batch_size=batch_size, epochs=epochs, seed=seed, tile=tile, crosspoints=crosspoints,
                                tests=tests)
        super().__init__(configurations or CONFIGURATIONS, crosspoints, **start)

    def begin(self, values: Values) -> TrainingRun:
        """Return a new training run."""
        return TrainingRun(self.build, self.configuration(), self.train, self.test, values['lr'], **self.run_options)
