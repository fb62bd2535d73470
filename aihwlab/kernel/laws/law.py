"""What a law of the step size is made of."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from aihwlab.kernel.namespace import Array


class Shared(NamedTuple):
    """What a step reads that all devices share, if that is only the noise `s` from pulse to pulse, relative to the step."""

    noise: Any


def only_noise(parameters: Any) -> tuple[Shared, Shared]:
    """Return the noise from pulse to pulse, the same for pulses up and down."""
    return Shared(parameters.dw_min_std), Shared(parameters.dw_min_std)


def nothing(parameters: Any, hidden: Mapping[str, Array], draw: Callable[..., Array]) -> dict[str, Array]:
    """Return no further hidden parameters."""
    return {}


def mean_step(parameters: Any) -> float:
    """Return the mean step, `dw_min`."""
    return float(parameters.dw_min)


class Law(NamedTuple):
    """How far one pulse moves a device. A pulse up adds the step to the weight, a pulse down subtracts it.

    A device of your own, in a notebook too, is a dataclass of parameters with its law. Its steps vanish with the square of
    the distance to the bound:

        class Planes(NamedTuple):
            size: Any
            bound: Any

        def step(weight, noise, device, shared):
            room = 1 - weight / device.bound
            return device.size * room * room * (1 + shared.noise * noise)

        def planes(parameters, hidden):
            return (Planes(hidden['dwmin_up'], hidden['max_bound']), Planes(hidden['dwmin_down'], hidden['min_bound']))

        @dataclass
        class SquareDevice(PulsedDevice):
            law: ClassVar[Law] = Law(step, planes)

    Attributes:
        step: function (weight, noise, device, shared) -> size of the weight change by one pulse. `weight` is the present
            weight, `noise` a standard normal number, `device` and `shared` are tuples of planes and shared numbers, for the
            direction of the pulse. The same function works on whole arrays and, compiled, on single float32 numbers, so it
            is arithmetic and functions of NumPy, without branches.
        planes: function (parameters, hidden) -> what `step` reads of each device, for pulses up and for pulses down: two
            named tuples of one class, of arrays like those of `hidden`.
        shared: function (parameters) -> what `step` reads that all devices share, for pulses up and for pulses down: two
            named tuples of numbers, or lists of numbers.
        construct: function (parameters, hidden, draw) -> further hidden parameters of each device, by name.
            `draw('name')` returns standard normal numbers [out, in] of a quantity, which has random numbers of its own.
        granularity: function (parameters) -> weight change of one average pulse at weight zero, from which the length of
            pulse trains follows.
    """

    step: Callable[[Any, Any, Any, Any], Any]
    planes: Callable[[Any, Mapping[str, Array]], tuple[Any, Any]]
    shared: Callable[[Any], tuple[Any, Any]] = only_noise
    construct: Callable[[Any, Mapping[str, Array], Callable[..., Array]], dict[str, Array]] = nothing
    granularity: Callable[[Any], float] = mean_step
