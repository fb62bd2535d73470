"""Experiments that repeat a computation for many settings and seeds."""

from aihwlab.experiments.sweeps import sweep

__all__ = ['sweep']
