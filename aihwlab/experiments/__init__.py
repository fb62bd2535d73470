"""Experiments: a computation for many settings and seeds; a training or an inference, with what follows it step by step.

What trains networks needs torch, so it is loaded only when it is asked for.
"""

from importlib import import_module
from typing import Any

from aihwlab.experiments.sweeps import sweep

__all__ = ['BasicInferencing', 'BasicTraining', 'sweep']


def __getattr__(name: str) -> Any:
    if name in ('BasicInferencing', 'BasicTraining'):
        return getattr(import_module('aihwlab.experiments.experiments'), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
