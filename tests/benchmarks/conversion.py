"""How large whole networks are as analog ones, what they cost, and how long their conversion takes.

    python tests/benchmarks/conversion.py [--preset EcRamPreset]

Each row: weights in matrices, tiles of at most 512 x 512, how far these are filled; seconds to analog and back; the largest
difference of an output from the digital network; and for one image, energy, time and area beside the digital energy with
weights from DRAM and with weights on the chip.
"""

import argparse
import time
from importlib import import_module

import torch
from torch import nn
from torchvision import models

from aihwlab.nn.conversion import convert_to_analog, convert_to_digital
from aihwlab.simulator.configs import FloatingPointRPUConfig
from aihwlab.utils.analog_info import AnalogInfo


def vision_transformer():
    model = models.vit_b_16()
    nn.init.normal_(model.heads.head.weight, std=0.02)  # zeros by default, whose outputs say nothing
    return model


def encoder():
    return nn.TransformerEncoder(nn.TransformerEncoderLayer(256, 8, 1024, batch_first=True), 6)


NETWORKS = {
    'ResNet-18': (models.resnet18, (1, 3, 224, 224)), 'ResNet-50': (models.resnet50, (1, 3, 224, 224)),
    'VGG-16': (models.vgg16, (1, 3, 224, 224)), 'ViT-B/16': (vision_transformer, (1, 3, 224, 224)),
    'encoder, 6 layers': (encoder, (1, 64, 256)),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--preset', help='a preset with pulsed devices, instead of exact tiles')
    parser.add_argument('--networks', nargs='+', default=list(NETWORKS), choices=list(NETWORKS))
    arguments = parser.parse_args()
    config = FloatingPointRPUConfig()
    if arguments.preset:
        config = getattr(import_module('aihwlab.simulator.presets'), arguments.preset)()
    print(f'{"network":18} {"weights":>9} {"layers":>6} {"tiles":>5} {"used":>5} {"there":>6} {"back":>6} {"difference":>10} '
          f'{"energy":>9} {"time":>9} {"area":>8} {"DRAM":>9} {"on chip":>9}')
    for name in arguments.networks:
        print(row(name, config), flush=True)


def row(name, config):
    """Return what is measured of a network, as text."""
    make, shape = NETWORKS[name]
    torch.manual_seed(1)
    digital, x = make().eval(), torch.rand(*shape)
    analog, there = timed(convert_to_analog, digital, config)
    info = AnalogInfo(analog, shape)
    with torch.no_grad():
        difference = (analog(x) - digital(x)).abs().max().item()
    _, back = timed(convert_to_digital, analog)
    sizes = [tile.size for layer in info.layer_summary for tile in layer.tiles_info]
    weights = sum(size.outputs * size.inputs for size in sizes)
    filled = weights / sum(size.rows * size.columns for size in sizes)
    return (f'{name:18} {weights / 1e6:7.1f} M {info.total_nb_analog:6} {info.total_tile_number:5} {filled:5.0%} '
            f'{there:4.1f} s {back:4.1f} s {difference:10.1e} {1e6 * info.total("cost", "energy"):6.0f} uJ '
            f'{1e6 * info.total("cost", "time"):6.0f} us {1e6 * info.total("cost", "area"):4.0f} mm2 '
            f'{1e6 * info.total("digital", "energy"):6.0f} uJ {1e6 * info.total("digital_on_chip", "energy"):6.0f} uJ')


def timed(function, *arguments):
    start = time.perf_counter()
    return function(*arguments), time.perf_counter() - start


if __name__ == '__main__':
    main()
