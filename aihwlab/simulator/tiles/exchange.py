"""Arrays of the kernel and tensors of torch in one memory: NumPy on the CPU, CuPy through DLPack on a GPU."""

from contextlib import contextmanager, nullcontext
from importlib.util import find_spec

import numpy as np
import torch
from torch.nn.functional import unfold

from aihwlab.exceptions import CudaError
from aihwlab.kernel.backend import numba_compiles
from aihwlab.kernel.patches import Patches, transform


def as_array(tensor):
    """Return a tensor's memory as a NumPy or CuPy array."""
    tensor = tensor.detach()
    return tensor.numpy() if tensor.device.type == 'cpu' else _cupy().from_dlpack(tensor)


def as_vectors(x):
    """Return the memory of vectors [batch, lines, positions], or of the images of patches, for the kernel."""
    return transform(x, lambda tensor: as_array(tensor.contiguous()))


def columns(x):
    """Return vectors as a tensor [batch, lines, positions]; patches are written out by torch, with a gradient."""
    if not isinstance(x, Patches):
        return x
    return unfold(x.image, x.geometry.kernel, x.geometry.dilation, stride=x.geometry.stride)


def as_tensor(array):
    """Return an array's memory as a tensor."""
    return torch.from_numpy(array) if isinstance(array, np.ndarray) else torch.from_dlpack(array)


def to_device(array, device):
    """Return a copy of an array for a torch device, or the array itself if it is there already."""
    if array is None or not hasattr(array, 'dtype') or array.ndim == 0:
        return array
    if torch.device(device).type == 'cpu':
        return array if isinstance(array, np.ndarray) else _cupy().asnumpy(array)
    with _cupy().cuda.Device(torch.device(device).index or 0):
        return _cupy().asarray(array)


def multiply(weights, vectors):
    """Multiply a matrix [out, in] with the vectors of an array [batch, in, positions] by torch, on its threads."""
    matrix, columns = as_tensor(weights), as_tensor(vectors)
    if columns.shape[2] == 1:
        return as_array(torch.mm(columns[:, :, 0], matrix.t()).unsqueeze(2))
    return as_array(torch.bmm(matrix.expand(len(columns), *matrix.shape), columns))


def kernel_context(device):
    """Run kernel functions beside torch: with its number of threads on a CPU, on its current stream on a GPU."""
    if device.type != 'cpu':
        return _current_stream(device)
    if numba_compiles():
        from aihwlab.kernel.compiled import use_threads
        count = torch.get_num_threads()
        use_threads(count)
        # Numba and torch share OpenMP, and Numba sets its number of threads when it starts: give torch its own back.
        if torch.get_num_threads() != count:
            torch.set_num_threads(count)
    return nullcontext()


@contextmanager
def _current_stream(device):
    with torch.cuda.device(device), _cupy().cuda.ExternalStream(torch.cuda.current_stream(device).cuda_stream):
        yield


def _cupy():
    if find_spec('cupy') is None:
        raise CudaError('analog tiles on a GPU need CuPy: pip install aihwlab[gpu]')
    import cupy
    return cupy
