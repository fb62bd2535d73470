"""The device laws, compiled: one function that knows all of them, so that the update is compiled once."""

from numba import njit

from aihwlab.kernel.devices import (constant_step, exp_step, linear_step, piecewise_step, pow_step,
                                    soft_bounds_reference)

CONSTANT, LINEAR, REFERENCE = constant_step.KIND, linear_step.KIND, soft_bounds_reference.KIND
EXPONENTIAL, POWER = exp_step.KIND, pow_step.KIND

_constant, _linear, _reference = njit(constant_step.step), njit(linear_step.step), njit(soft_bounds_reference.step)
_exponential, _power, _piecewise = njit(exp_step.step), njit(pow_step.step), njit(piecewise_step.step)


@njit
def step(kind, weight, noise, device, e, shared):
    """Return the size of the weight change by one pulse at crosspoint `e` of an array of the given kind."""
    if kind == CONSTANT:
        return _constant(weight, noise, device, e, shared)
    if kind == LINEAR:
        return _linear(weight, noise, device, e, shared)
    if kind == REFERENCE:
        return _reference(weight, noise, device, e, shared)
    if kind == EXPONENTIAL:
        return _exponential(weight, noise, device, e, shared)
    if kind == POWER:
        return _power(weight, noise, device, e, shared)
    return _piecewise(weight, noise, device, e, shared)
