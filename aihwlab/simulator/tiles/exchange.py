"""Arrays of the kernel and tensors of torch in one memory: NumPy on the CPU, CuPy through DLPack on a GPU."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch.nn.functional import unfold

from aihwlab.exceptions import CudaError, TileModuleError
from aihwlab.kernel.backend import namespace, numba_compiles
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches
from aihwlab.kernel.tile import Tile
from aihwlab.simulator.tiles.arguments import is_autocasting

CUDA = torch.device('cuda')


def as_array(tensor: torch.Tensor) -> Array:
    """Return a tensor's memory as a NumPy or CuPy array."""
    if tensor.requires_grad:
        tensor = tensor.detach()
    return tensor.numpy() if tensor.is_cpu else _cupy(tensor.device).from_dlpack(tensor)


def as_vectors(x: torch.Tensor | Patches) -> Any:
    """Return the memory of vectors [batch, lines, positions], or of the images of patches, for the kernel."""
    if isinstance(x, Patches):
        return Patches(as_array(x.image.contiguous()), x.geometry)
    return as_array(x.contiguous())


def written_out(x: Any) -> torch.Tensor:
    """Return vectors as a tensor [batch, lines, positions]; patches are written out by torch, with a gradient."""
    if not isinstance(x, Patches):
        return x
    return unfold(x.image, x.geometry.window, x.geometry.dilation, stride=x.geometry.stride)


def as_tensor(array: Array) -> torch.Tensor:
    """Return an array's memory as a tensor."""
    return torch.from_numpy(array) if isinstance(array, np.ndarray) else torch.from_dlpack(array)


def to_torch_device(array: Array, torch_device: torch.device | str) -> Array:
    """Return a copy of an array for a torch device, or the array itself if it is there already."""
    if torch.device(torch_device).type == 'cpu':
        return array if isinstance(array, np.ndarray) else _cupy().asnumpy(array)
    cupy = _cupy(torch.device(torch_device))
    with cupy.cuda.Device(torch.device(torch_device).index or 0):
        return cupy.asarray(array)


def require_room(tile: Tile, torch_device: torch.device) -> None:
    """Raise a MemoryError if a GPU has no room for the arrays of a tile."""
    sizes: dict[int, int] = {}

    def counted(array: Array) -> Array:
        sizes[id(array)] = array.nbytes  # of one that has two names once
        return array

    tile.cells.map(counted)
    needed, (free, _) = sum(sizes.values()), torch.cuda.mem_get_info(torch_device)
    if needed > free:
        raise MemoryError(f'a tile of {tile.shape[0]:,} outputs and {tile.shape[1]:,} inputs needs {needed / 1e9:,.2f} GB on '
                          f'the GPU, of whose memory {free / 1e9:,.2f} GB are free')


def state_as_tensors(state: Any) -> Any:
    """Return the state of a kernel object with copies of its arrays as tensors on the CPU."""
    def copied(leaf: Any) -> Any:
        return as_tensor(to_torch_device(leaf, 'cpu')).clone() if getattr(leaf, 'ndim', 0) else leaf

    return _with_leaves(state, copied)


def state_as_arrays(state: Any) -> Any:
    """Return a state with its tensors as NumPy arrays: the way back of `state_as_tensors`."""
    return _with_leaves(state, lambda leaf: as_array(leaf.cpu().contiguous()) if torch.is_tensor(leaf) else leaf)


def _with_leaves(state: Any, function: Callable[[Any], Any]) -> Any:
    if isinstance(state, dict):
        return {name: _with_leaves(item, function) for name, item in state.items()}
    return function(state)


def multiply(weights: Array, vectors: Array) -> Array:
    """Multiply a matrix [out, in] with the vectors of an array [batch, in, positions] by torch, on its threads."""
    if is_autocasting():
        with torch.autocast('cpu', enabled=False), torch.autocast('cuda', enabled=False):
            return multiply(weights, vectors)
    if vectors.shape[2] == 1:
        batch, matrix = as_tensor(vectors.reshape(vectors.shape[:2])), as_tensor(weights)
        return as_array(torch.mm(batch, matrix.t()))[:, :, None]
    matrix, batch = as_tensor(weights), as_tensor(vectors)
    return as_array(torch.bmm(matrix.expand(len(batch), *matrix.shape), batch))


def share_threads_of_torch() -> None:
    """Let functions of the kernel use as many threads as torch does."""
    if numba_compiles():
        count = torch.get_num_threads()
        if namespace('compiled.threads').use_threads(count):
            # Numba and torch share OpenMP, and Numba sets its number of threads when it starts: give torch its own back.
            torch.set_num_threads(count)


@contextmanager
def stream_of_torch(torch_device: torch.device) -> Iterator[None]:
    """Run functions of the kernel on the current stream of torch on a GPU."""
    with torch.cuda.device(torch_device), _cupy().cuda.ExternalStream(torch.cuda.current_stream(torch_device).cuda_stream):
        yield


def left_uncompiled(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that `torch.compile` calls as it is, between what it compiles; a decorator."""
    if not hasattr(torch.compiler, 'is_compiling'):
        return method

    @cache
    def as_it_is() -> Callable[..., Any]:
        return torch.compiler.disable(method)  # it loads torch's compiler, which takes a second

    @wraps(method)
    def call(*arguments: Any) -> Any:
        return as_it_is()(*arguments) if torch.compiler.is_compiling() else method(*arguments)

    return call


def _cupy(torch_device: torch.device = CUDA) -> Any:
    if torch_device.type != 'cuda':
        raise TileModuleError(f'torch device {torch_device.type!r}: analog tiles compute on cpu or cuda')
    return _library_of_gpu()


@cache
def _library_of_gpu() -> Any:
    for name, package in (('cupy', 'CuPy'), ('numba_cuda', 'numba-cuda')):
        if find_spec(name) is None:
            raise CudaError(f'analog tiles on a GPU need {package}: pip install aihwlab[gpu], or aihwlab[gpu12] for CUDA 12')
    import cupy
    return cupy
