"""Random walk of the weights."""

from aihwlab.kernel.devices.weight_array import WeightArray
from aihwlab.kernel.namespace import array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals


def diffuse(array: WeightArray, stream: Stream) -> None:
    """Let the weights diffuse by one training step, `w <- w + diffusion xi`."""
    xp = array_namespace(array.visible)
    noise = normals(stream, Purpose.DIFFUSION, array.visible.size, xp=xp).reshape(array.visible.shape)
    array.persistent += array.hidden['diffusion_rates'] * noise
    array.clip()
    array.derive_visible(stream)
