"""Where the signal drowns when LeNet5 is trained on resistive memory: sizes of weights, noise, reads and writes, tile by tile.

    python tests/benchmarks/reram_signal.py [--presets TTv2ReRamSBPreset TunedTTv2ReRamSBPreset ...] [--steps 200] [--lr 0.05]
                                            [--root DATA]

After some steps of training with batches of 8, for each tile, in units of the weight on the devices:

- weight: standard deviation of what the devices of the weight hold, without their write noise
- thrown: the write noise, which every pulse draws anew, in such standard deviations
- fast, read noise: standard deviation of what the fast devices hold, and of the noise of one read (write noise, output noise,
  rounding)
- steps: how many steps of the slow device the read noise alone would fill a buffer with, at each read
- per write: how far the pulses of one write move a device, in units of the write noise that they draw
"""

import argparse

import numpy as np
import torch
from networks import network_and_optimizer, train_step
from reram_accuracy import BATCH, LEARNING_RATES, tensors

from aihwlab.datasets import load_mnist
from aihwlab.kernel.cells.chopped_transfer import ChoppedTransferCells
from aihwlab.kernel.cells.mixed_precision import MixedPrecisionCells
from aihwlab.kernel.converters import step_width

PRESETS = ['ReRamSBPreset', 'TikiTakaReRamSBPreset', 'TTv2ReRamSBPreset', 'AGADReRamSBPreset', 'MixedPrecisionReRamSBPreset']
HEAD = ('| preset | tile | weight | thrown | fast | read noise | steps | per write |\n'
        '| --- | --- | --- | --- | --- | --- | --- | ---|')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--presets', nargs='+', default=[*PRESETS, *(f'Tuned{name}' for name in PRESETS[1:])])
    parser.add_argument('--steps', type=int, default=200)
    parser.add_argument('--lr', type=float, default=0.05, help='learning rate of presets without one of their own')
    parser.add_argument('--root', help='folder with the full data set, as for aihwlab.datasets.load_mnist')
    arguments = parser.parse_args()
    images, labels = tensors(load_mnist(arguments.root, source='full')[0])
    print(HEAD)
    for preset in arguments.presets:
        torch.manual_seed(1)
        rate = LEARNING_RATES.get(preset, arguments.lr)
        model, optimizer = network_and_optimizer('aihwlab', preset, rate)
        tiles = [tile.kernel_tile for tile in model.analog_tiles()]
        for chosen in torch.randperm(len(images)).split(BATCH)[:arguments.steps]:
            train_step(model, optimizer, images[chosen], labels[chosen])
        for tile in tiles:
            print(f'| `{preset}` | {tile.shape[0]} x {tile.shape[1]} | {row(tile, rate)} |', flush=True)


def row(tile, rate):
    """Return what is measured of a tile, as cells of a table."""
    cells = tile.cells
    arrays = [cells.analog.array] if isinstance(cells, MixedPrecisionCells) else getattr(cells, 'arrays', [None])
    slow = cells.array if arrays == [None] else arrays[-1]
    weight, thrown = float(np.std(held_by(slow))), float(slow.write_noise)
    shown = [f'{weight:.3f}', f'{thrown / weight:.2f}', '', '', '', f'{moved(cells, slow) / thrown:.2f}']
    if len(arrays) == 2:
        fast, io = arrays[0], cells.parameters.transfer_forward
        rounding = step_width(io.out_res, io.out_bound) / np.sqrt(12)
        noise = float(np.sqrt(fast.write_noise ** 2 + io.out_noise ** 2 + rounding ** 2))
        shown[2:4] = f'{np.std(held_by(fast)):.3f}', f'{noise:.3f}'
        if isinstance(cells, ChoppedTransferCells):
            shown[4] = f'{noise * cells.transfer_rate(0, rate) / cells.buffer_step():.3g}'
    return ' | '.join(shown)


def held_by(array):
    """Return what the devices of an array hold, without write noise, flat."""
    return array.persistent.reshape(-1) - (0 if array.reference is None else array.reference)


def moved(cells, slow):
    """Return how far one write of the cells moves a device of the weight."""
    if isinstance(cells, MixedPrecisionCells):
        return cells.parameters.granularity or slow.granularity
    return getattr(cells.parameters, 'step', 1.0) * slow.granularity if hasattr(cells, 'parameters') else slow.granularity


if __name__ == '__main__':
    main()
