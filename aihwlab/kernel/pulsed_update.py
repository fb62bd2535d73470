"""The three steps of a pulsed update: a plan for each vector, pulse trains, and what these do to the devices."""

from aihwlab.kernel.coincidences import apply_trains
from aihwlab.kernel.converters import abs_max, are_finite
from aihwlab.kernel.devices.device_array import DeviceArray
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches, gather
from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.kernel.pulse_trains import draw_trains
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters

Magnitudes = tuple[Array | None, Array | None]
"""The largest magnitude of each input vector and of each gradient vector, or None where they are not known."""


def pulsed_update(array: DeviceArray, x: Array | Patches, d: Array, largest: Magnitudes, learning_rate: float,
                  update: UpdateParameters, stream: Stream) -> None:
    """Change the weights of a device array by the pulses of a batch of vectors.

    Args:
        array: the devices, changed in place.
        x, d: inputs and gradients, as for `aihwlab.kernel.update.update_weights`.
        largest: their largest magnitudes, [batch, positions] each, if they are known.
        learning_rate: positive.
        update: update parameters, with a pulse type that has pulses.
        stream: random numbers of this operation.

    Raises:
        ValueError: for NaN or infinite values.
    """
    input_max, gradient_max = (abs_max(gather(vectors)).reshape(-1) if known is None else known.reshape(-1)
                               for vectors, known in zip((x, d), largest))
    require_finite_vectors(are_finite(input_max) and are_finite(gradient_max))
    plan = plan_pulses(input_max, gradient_max, learning_rate, array.granularity, update)
    apply_trains(array, draw_trains(x, d, plan, update, stream, complete=False), stream)


def require_finite_vectors(are_finite: bool) -> None:
    """Raise a ValueError if the vectors of an update are not finite."""
    if not are_finite:
        raise ValueError('NaN or infinite values in the inputs or gradients of an update: pulse trains have no code for them')
