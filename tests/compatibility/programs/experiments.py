"""A training and an inference as experiments, with hooks and a learning rate that is halved."""

from tempfile import TemporaryDirectory

import torch
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import Dataset

from aihwlab.experiments import BasicInferencing, BasicTraining
from aihwlab.experiments.experiments.base import Signals
from aihwlab.experiments.runners import InferenceLocalRunner, LocalRunner
from aihwlab.inference import PCMLikeNoiseModel
from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.configs import InferenceRPUConfig
from aihwlab.simulator.configs.utils import MappingParameter, WeightModifierType


class Quadrants(Dataset):
    """Pictures of 8 x 8 pixels with a bright quadrant, and noise."""

    def __init__(self, root, train=True, transform=None, **_):
        generator = torch.Generator().manual_seed(int(train))
        self.labels = torch.arange(400 if train else 100) % 4
        self.images = torch.rand(len(self.labels), 1, 8, 8, generator=generator)
        for image, label in zip(self.images, self.labels):
            image[0, label // 2 * 4:][:4, label % 2 * 4:][:, :4] += 0.5

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index], int(self.labels[index])


class Halved(BasicTraining):
    scheduler = None

    def train(self, training_loader, validation_loader, model, optimizer, loss_function, epochs, device):
        self.scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
        return super().train(training_loader, validation_loader, model, optimizer, loss_function, epochs, device)

    def training_step(self, training_loader, model, optimizer, loss_function, device):
        super().training_step(training_loader, model, optimizer, loss_function, device)
        self.scheduler.step()


config = InferenceRPUConfig(mapping=MappingParameter(weight_scaling_omega=1.0))
config.modifier.type, config.modifier.std_dev = WeightModifierType.ADD_NORMAL, 0.05
config.noise_model = PCMLikeNoiseModel(g_max=25.0)
model = AnalogSequential(nn.Flatten(), AnalogLinear(64, 16, True, rpu_config=config), nn.Tanh(),
                         AnalogLinear(16, 4, True, rpu_config=config), nn.LogSoftmax(dim=1))
epochs = []
with TemporaryDirectory() as folder:
    training = Halved(dataset=Quadrants, model=model, batch_size=20, loss_function=nn.NLLLoss, epochs=8, learning_rate=0.2)
    training.add_hook(Signals.EPOCH_START, epochs.append)
    results = LocalRunner(device=torch.device('cpu')).run(training, dataset_root=folder)
    print(results[-1])
    assert len(results) == 8 and results[-1]['accuracy'] > 0.9

    inference = BasicInferencing(dataset=Quadrants, model=model, batch_size=50, inference_repeats=2, inference_time=6000)
    runs = InferenceLocalRunner().run(inference, 0, folder)['inference_runs']
    print([round(row['avg_accuracy'], 2) for row in runs['inference_results']])
    assert len(runs['inference_results']) == 10 and runs['inference_results'][0]['avg_accuracy'] > 0.6
