"""The residual networks for images of 32 x 32 pixels, of which the one with 32 layers is much used with analog tiles.

K. He et al., CVPR, 770, 2016, doi:10.1109/CVPR.2016.90, section 4.2; shortcuts without weights pad the channels (option A).
"""

import torch
from torch import nn
from torch.nn.functional import pad


class Block(nn.Module):
    """Two convolutions, and a shortcut past them; `stride` 2 halves the image and doubles the channels."""

    def __init__(self, channels, out_channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.stride, self.added = stride, out_channels - channels

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.added)))


class ResidualNetwork(nn.Module):
    """Three stages of `blocks` blocks, `6 blocks + 2` layers in all."""

    def __init__(self, blocks=5, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        sizes = [(16, 16, 1), (16, 32, 2), (32, 64, 2)]
        self.stages = nn.Sequential(*(nn.Sequential(Block(*size), *(Block(size[1], size[1], 1) for _ in range(blocks - 1)))
                                      for size in sizes))
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        return self.fc(self.stages(torch.relu(self.bn1(self.conv1(x)))).mean(dim=(2, 3)))
