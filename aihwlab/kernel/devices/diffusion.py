"""Random walk of the weights."""

from aihwlab.kernel.devices.weights import clip, show
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, normals


def diffuse(array, stream):
    """Let the weights diffuse by one training step, `w <- w + diffusion xi`."""
    xp = array_namespace(array.visible)
    noise = normals(stream, Purpose.DIFFUSION, array.visible.size, xp=xp).reshape(array.visible.shape)
    array.persistent += array.hidden['diffusion_rates'] * noise
    clip(array)
    show(array, stream)
