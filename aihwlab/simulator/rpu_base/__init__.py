"""The simulation engine as users of aihwkit ask for it: `from aihwlab.simulator.rpu_base import cuda`."""

from aihwlab.simulator.rpu_base import cuda

__all__ = ['cuda']
