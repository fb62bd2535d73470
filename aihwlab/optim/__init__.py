"""Optimizers that update analog tiles by pulses and digital parameters as torch does."""

from aihwlab.optim.analog_optimizer import AnalogAdam, AnalogOptimizer, AnalogSGD

__all__ = ['AnalogAdam', 'AnalogOptimizer', 'AnalogSGD']
