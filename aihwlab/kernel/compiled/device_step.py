"""The step functions of the device laws, compiled."""

from aihwlab.kernel.compiled import jit
from aihwlab.kernel.devices import constant_step, exp_step, linear_step, piecewise_step, pow_step

LAWS = constant_step, linear_step, exp_step, pow_step, piecewise_step
CONSTANT, LINEAR, EXPONENTIAL, POWER, PIECEWISE = (law.KIND for law in LAWS)
STEPS = [jit(law.step) for law in LAWS]
