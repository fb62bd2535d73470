"""A data set as torchvision has them, small and without a file, and networks for it."""

import torch
from torch.nn import Flatten, LogSoftmax, Sequential
from torch.utils.data import Dataset

from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.simulator.configs import FloatingPointRPUConfig, InferenceRPUConfig

CLASSES = 3


class Stripes(Dataset):
    """Images of 1 x 6 pixels, of which the two of their class are bright: 60 to train with, 30 to validate with."""

    def __init__(self, root, train=True, transform=None):
        self.root, self.train, self.transform = root, train, transform
        self.labels = torch.arange(60 if train else 30) % CLASSES

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        noise = torch.rand(6, generator=torch.Generator().manual_seed(index + 100 * self.train))
        label = int(self.labels[index])
        return 0.3 * noise + (torch.arange(6) // 2 == label), label


def exact_network():
    torch.manual_seed(3)
    return AnalogSequential(Flatten(), AnalogLinear(6, CLASSES, rpu_config=FloatingPointRPUConfig()), LogSoftmax(dim=1))


def network_for_inference():
    torch.manual_seed(3)
    model = AnalogSequential(AnalogLinear(6, CLASSES, rpu_config=InferenceRPUConfig()))
    model[0].set_weights(torch.kron(torch.eye(CLASSES), torch.ones(1, 2)), torch.zeros(CLASSES))
    return model


def digital_network():
    return Sequential(torch.nn.Linear(6, CLASSES))
