"""Two processes train one network with `DistributedDataParallel`: tiles that torch trains hold the same weights in both."""

import pytest
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from aihwlab.exceptions import ModuleError
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import InferenceRPUConfig, TorchInferenceRPUConfig
from aihwlab.simulator.parameters import IOParameters, MappingParameter
from aihwlab.simulator.presets import EcRamPreset, StandardHWATrainingPreset
from tests.networks import all_weights

SCALED = MappingParameter(weight_scaling_omega=0.6, max_input_size=30)
EXACT = InferenceRPUConfig(forward=IOParameters(is_perfect=True), mapping=SCALED)
CONFIGS = [EXACT, TorchInferenceRPUConfig(mapping=SCALED), StandardHWATrainingPreset()]
IMAGES = torch.rand(4, 8, 1, 6, 6, generator=torch.Generator().manual_seed(0))
LABELS = (IMAGES[:, :, 0, 0, 0] > 0.5).long()


def network(config, seed):
    """Return a network whose weights and noise follow from a seed."""
    torch.manual_seed(seed)
    return AnalogSequential(AnalogConv2d(1, 3, 3, rpu_config=config), nn.Tanh(), nn.Flatten(),
                            AnalogLinear(48, 2, rpu_config=config))


def train(model, part):
    """Train with a part of each batch."""
    optimizer = AnalogSGD(model.parameters(), lr=0.1, momentum=0.5)
    for images, labels in zip(IMAGES, LABELS):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[part]), labels[part]).backward()
        optimizer.step()


def work(rank, folder):
    """Train as one of two processes, each with a seed and half of each batch of its own, and save the weights."""
    torch.set_num_threads(1)
    dist.init_process_group('gloo', init_method=f'file://{folder}/meeting', rank=rank, world_size=2)
    results = []
    for config in CONFIGS:
        model = network(config, seed=rank)
        model.prepare_for_ddp()
        train(DistributedDataParallel(model), slice(rank, None, 2))
        results.append(all_weights(model))
    torch.save(results, folder / f'{rank}.pt')
    dist.destroy_process_group()


@pytest.mark.slow
@pytest.mark.skipif(not dist.is_available() or not dist.is_gloo_available(), reason='this torch has no gloo')
def test_two_processes_hold_the_same_weights_and_learn_as_one(tmp_path):
    torch.multiprocessing.spawn(work, (tmp_path,), nprocs=2)
    one, other = (torch.load(tmp_path / f'{rank}.pt', weights_only=True) for rank in (0, 1))
    for config, *both in zip(CONFIGS, one, other):
        assert (both[0] == both[1]).all()
        assert not torch.allclose(both[0], all_weights(network(config, seed=0)), atol=1e-3)
    alone = network(EXACT, seed=0)
    train(alone, slice(None))
    torch.testing.assert_close(one[0], all_weights(alone), rtol=1e-4, atol=1e-5)


def test_tiles_that_pulses_train_are_refused():
    with pytest.raises(ModuleError, match='0.analog_module is of class AnalogTile, which DistributedDataParallel cannot'):
        network(EcRamPreset(), seed=0).prepare_for_ddp()
