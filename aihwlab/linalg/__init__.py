"""Linear algebra on crossbars."""

from aihwlab.linalg.matrix import AnalogMatrix

__all__ = ['AnalogMatrix']
