"""Who runs experiments on this machine, and prints how they go on."""

from aihwlab.experiments.runners.i_local import InferenceLocalRunner
from aihwlab.experiments.runners.i_metrics import InferenceLocalMetric
from aihwlab.experiments.runners.local import LocalRunner
from aihwlab.experiments.runners.metrics import LocalMetric

__all__ = ['InferenceLocalMetric', 'InferenceLocalRunner', 'LocalMetric', 'LocalRunner']
