"""Arrays of the kernel and tensors of torch: one memory, the same products, and torch's number of threads."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from aihwlab.exceptions import CudaError
from aihwlab.kernel.backend import numba_compiles
from aihwlab.kernel.crossbar import product
from aihwlab.kernel.patches import Geometry, Patches, gather
from aihwlab.kernel.tile import Tile
from aihwlab.parameters.tile import TileParameters
from aihwlab.simulator.configs import ConstantStepDevice
from aihwlab.simulator.tiles import exchange

PROGRAM = '''
import torch
torch.set_num_threads({count})
from aihwlab.nn import AnalogLinear
layer = AnalogLinear(4, 3)
layer(torch.ones(2, 4)).sum().backward()
print(torch.get_num_threads())
'''
STATE = {'array': np.arange(3.0), 'inside': {'drift': {'clock': 2.5, 'start': None, 'last': np.ones((2, 2))}}, 'name': 'text',
         'number': np.float32(0.5), 'pair': [1.0, -1.0]}

# -- one memory


def test_an_array_and_its_tensor_share_their_memory():
    tensor = torch.zeros(2, 3)
    array = exchange.as_array(tensor)
    array[0, 1] = 5
    assert tensor[0, 1] == 5
    exchange.as_tensor(array)[1, 2] = 7
    assert tensor[1, 2] == 7 and array[1, 2] == 7


def test_a_tensor_that_learns_can_be_read():
    assert exchange.as_array(torch.ones(2, requires_grad=True)).tolist() == [1, 1]


def test_vectors_are_handed_over_in_one_piece():
    x = torch.rand(2, 5, 3)
    assert exchange.as_vectors(x).ctypes.data == x.data_ptr()
    turned = exchange.as_vectors(x.transpose(1, 2))
    assert turned.flags.c_contiguous and (turned == x.numpy().transpose(0, 2, 1)).all()
    patches = exchange.as_vectors(Patches(torch.rand(1, 2, 4, 4), Geometry((2, 2), (1, 1), (1, 1))))
    assert isinstance(patches, Patches) and isinstance(patches.image, np.ndarray)


@pytest.mark.parametrize('geometry', [Geometry((2, 3), (1, 1), (1, 1)), Geometry((2, 2), (2, 1), (1, 2))])
def test_patches_are_written_out_as_the_kernel_does(geometry):
    image = torch.rand(3, 2, 5, 6, requires_grad=True)
    written = exchange.written_out(Patches(image, geometry))
    assert (written.detach().numpy() == gather(Patches(image.detach().numpy(), geometry))).all()
    written.sum().backward()
    assert image.grad.sum() == written.numel()
    assert exchange.written_out(written) is written


def test_an_array_that_is_there_already_is_not_copied():
    array = np.zeros(3)
    assert exchange.to_torch_device(array, 'cpu') is exchange.to_torch_device(array, torch.device('cpu')) is array


@pytest.mark.parametrize('installed, missing', [((), 'CuPy'), (('numba_cuda',), 'CuPy'), (('cupy',), 'numba-cuda')])
def test_a_gpu_without_its_packages_is_refused(monkeypatch, installed, missing):
    monkeypatch.setattr(exchange, 'find_spec', lambda name: object() if name in installed else None)
    expected = rf'analog tiles on a GPU need {missing}: pip install aihwlab\[gpu\], or aihwlab\[gpu12\] for CUDA 12'
    with pytest.raises(CudaError, match=expected):
        exchange.to_torch_device(np.zeros(3), 'cuda')


def test_a_gpu_without_room_for_a_tile_says_how_much_it_needs(monkeypatch):
    tile = Tile((1000, 500), TileParameters(device=ConstantStepDevice()), seed=1)
    monkeypatch.setattr(torch.cuda, 'mem_get_info', lambda device: (1_000_000, 80_000_000_000))
    with pytest.raises(MemoryError, match=r'a tile of 1,000 outputs and 500 inputs needs 0\.0\d GB on the GPU, of whose '
                                          r'memory 0\.00 GB are free'):
        exchange.require_room(tile, torch.device('cuda'))
    monkeypatch.setattr(torch.cuda, 'mem_get_info', lambda device: (80_000_000_000, 80_000_000_000))
    exchange.require_room(tile, torch.device('cuda'))


# -- states


def test_a_state_goes_to_tensors_and_back():
    tensors = exchange.state_as_tensors(STATE)
    assert torch.is_tensor(tensors['array']) and torch.is_tensor(tensors['inside']['drift']['last'])
    assert (tensors['inside']['drift']['clock'], tensors['inside']['drift']['start'], tensors['name']) == (2.5, None, 'text')
    arrays = exchange.state_as_arrays(tensors)
    assert isinstance(arrays['array'], np.ndarray) and (arrays['inside']['drift']['last'] == 1).all()
    assert arrays['number'] == 0.5 and arrays['pair'] == [1.0, -1.0]


def test_tensors_of_a_state_are_copies():
    exchange.state_as_tensors(STATE)['array'][0] = 9
    assert STATE['array'][0] == 0


# -- beside torch


@pytest.mark.parametrize('positions', [1, 6])
def test_torch_multiplies_as_the_reference_does(positions):
    rng = np.random.default_rng(1)
    weights, vectors = (rng.normal(size=shape).astype(np.float32) for shape in ((4, 7), (5, 7, positions)))
    found = exchange.multiply(weights, vectors)
    assert isinstance(found, np.ndarray) and found.shape == (5, 4, positions)
    np.testing.assert_allclose(found, product(weights, vectors), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(exchange.multiply(weights.T, found), product(weights.T, found), rtol=1e-5, atol=1e-5)


@pytest.mark.slow
def test_numba_leaves_the_number_of_threads_of_torch_alone():
    for count in (1, 2):
        program = subprocess.run([sys.executable, '-c', PROGRAM.format(count=count)], capture_output=True, text=True)
        assert program.stdout.strip() == str(count), program.stderr


@pytest.mark.skipif(not numba_compiles(), reason='Numba may not compile')
def test_the_kernel_uses_as_many_threads_as_torch():
    import numba

    from aihwlab.kernel.compiled.threads import PARALLEL_WORK, share
    before = torch.get_num_threads()
    for count in (1, 2):
        torch.set_num_threads(count)
        exchange.share_threads_of_torch()
        share(PARALLEL_WORK)
        assert numba.get_num_threads() == min(count, numba.config.NUMBA_NUM_THREADS) and torch.get_num_threads() == count
    torch.set_num_threads(before)
