"""The device laws, compiled: one function that knows all of them, so that the update is compiled once."""

from numba import njit

from aihwlab.kernel.devices import constant_step, exp_step, linear_step, piecewise_step, pow_step

CONSTANT, LINEAR, EXPONENTIAL, POWER = constant_step.KIND, linear_step.KIND, exp_step.KIND, pow_step.KIND

_constant, _linear, _exponential = njit(constant_step.step), njit(linear_step.step), njit(exp_step.step)
_power, _piecewise = njit(pow_step.step), njit(piecewise_step.step)


@njit
def step(kind, weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse at crosspoint `e` of an array of the given kind."""
    if kind == CONSTANT:
        return _constant(weight, noise, device, e, shared)
    if kind == LINEAR:
        return _linear(weight, noise, device, e, shared)
    if kind == EXPONENTIAL:
        return _exponential(weight, noise, device, e, shared)
    if kind == POWER:
        return _power(weight, noise, device, e, shared)
    return _piecewise(weight, noise, device, e, shared)
