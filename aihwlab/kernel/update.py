"""The pulsed update: pulse trains -> coincidences -> device steps.

On average one update is `W <- W - lr d x^T`, made of pulses of fixed size at the crosspoints where an input and a gradient
line fire at the same time.
"""

import numpy as np

from aihwlab.kernel.backend import is_compiled
from aihwlab.kernel.converters import are_finite
from aihwlab.kernel.crossbar import product
from aihwlab.kernel.devices.pulse import apply_pulses
from aihwlab.kernel.devices.weights import clip, show
from aihwlab.kernel.enums import PulseType
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.patches import as_rows, gather
from aihwlab.kernel.pulses import STOCHASTIC, fire, gradient_probabilities, input_probabilities, pulse_counts
from aihwlab.kernel.random import Purpose, event_normals


def update_weights(array, x, d, learning_rate, update, stream, backend=None, multiply=product):
    """Change the weights of a device array by the pulses of a batch of vectors, one vector after the other.

    The vectors are taken batch element by batch element, and within one in the order of the positions. Each sees the
    weights that the one before left.

    Args:
        array: the devices (`aihwlab.kernel.devices.device_array.DeviceArray`), changed in place.
        x: inputs, [batch, in, positions], float32, or the patches of images (`aihwlab.kernel.patches.Patches`).
        d: gradients at the outputs, [batch, out, positions], float32.
        learning_rate: learning rate; 0 changes nothing.
        update: update parameters (`aihwlab.simulator.parameters.UpdateParameters`).
        stream: random numbers of this operation.
        backend: 'reference' or 'compiled'; by default the fastest that the arrays allow.
        multiply: the library's product of a matrix and vectors, for updates without pulses.

    Raises:
        ValueError: for a negative learning rate, shapes that do not belong together, or NaN or infinite values.
    """
    if not learning_rate >= 0:
        raise ValueError(f'learning_rate = {learning_rate}: must not be negative')
    out_size, in_size = array.visible.shape
    if x.shape[1] != in_size or d.shape[1] != out_size or x.shape[::2] != d.shape[::2]:
        raise ValueError(f'x of shape {x.shape} and d of shape {d.shape} do not fit a tile of {out_size} outputs and '
                         f'{in_size} inputs: expected (batch, {in_size}, positions) and (batch, {out_size}, positions)')
    if learning_rate == 0:
        return
    if is_compiled(d, backend):
        from aihwlab.kernel.compiled.patches import abs_max
        from aihwlab.kernel.compiled.pulses import plan_pulses
        from aihwlab.kernel.compiled.update import give_pulses
    else:
        from aihwlab.kernel.converters import abs_max
        from aihwlab.kernel.pulses import plan_pulses
        give_pulses, x = give_pulses_by_slot, gather(x)
    input_max, gradient_max = abs_max(x), abs_max(d)
    if not (are_finite(input_max) and are_finite(gradient_max)):
        raise ValueError('NaN or infinite values in the inputs or gradients of an update: pulse trains have no code for them')
    if array.law.step is None or update.pulse_type in (PulseType.NONE, PulseType.NONE_WITH_DEVICE):
        subtract_gradient(array, x, d, learning_rate, stream, multiply)
        return
    plan = plan_pulses(input_max.reshape(-1), gradient_max.reshape(-1), learning_rate, array.granularity, update)
    give_pulses(array, x, d, plan, update, stream)


def subtract_gradient(array, x, d, learning_rate, stream, multiply=product):
    """Change the weights without pulses, `W <- W - lr sum d x^T`, within the bounds of the devices."""
    gradient = multiply(as_rows(d).T, as_rows(x)[None])[0]
    array.persistent -= np.float32(learning_rate) * gradient
    clip(array)
    show(array, stream)


def give_pulses_by_slot(array, x, d, plan, update, stream):
    """Give the pulses time slot by time slot, all coincidences of one slot at once.

    In one slot a crosspoint gets one pulse at most, so the order within the slot does not matter. A product `d_i x_j > 0`
    makes down pulses.

    Args:
        x: inputs, [batch, in, positions].
        d: gradients, [batch, out, positions].
        plan: length and scale of the pulse trains (`plan_pulses`).
    """
    xp = array_namespace(x)
    x, d = as_rows(x), as_rows(d)
    slot_vector = xp.repeat(xp.arange(len(x)), plan.length)
    input_probability = input_probabilities(x, plan, update, stream)
    gradient_probability = gradient_probabilities(d, plan, update, stream)
    down = d > 0
    if update.pulse_type in STOCHASTIC:
        columns = fire(input_probability, slot_vector, stream, Purpose.INPUT_PULSES)
        rows = fire(gradient_probability, slot_vector, stream, Purpose.GRADIENT_PULSES)
    previous, counts = -1, None
    for slot, vector in enumerate(slot_vector.tolist()):
        if update.pulse_type in STOCHASTIC:
            coincidence = rows[slot][:, None] & columns[slot]
        else:
            if vector != previous:
                counts = pulse_counts(input_probability[vector], gradient_probability[vector],
                                      plan.length[vector], update)
                previous, first = vector, slot
            coincidence = counts > slot - first
        crosspoints = xp.flatnonzero(coincidence)
        if len(crosspoints) == 0:
            continue
        sign = down[vector][:, None] == (x[vector] > 0)
        noise, write_noise = event_normals(stream, Purpose.DEVICE_STEP, crosspoints, slot, xp)
        apply_pulses(array, crosspoints, ~sign.reshape(-1)[crosspoints], noise, write_noise)
