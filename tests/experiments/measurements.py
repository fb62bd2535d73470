"""Functions that sweeps of the tests compute; they stand in a module, so that other processes find them."""

import os
import time

import numpy as np


def scaled(gain, offset=0.0, *, seed):
    """Return numbers that parameters and seed fix."""
    x = np.random.default_rng(seed).normal(size=3)
    return {'mean': gain * x.mean() + offset, 'all': x, 'process': os.getpid()}


def product(t, seed):
    return t * (seed + 1)


def failing(t, seed, mended='no such file'):
    """Fail for some parameters, until a file is there."""
    if t > 1 and not os.path.exists(mended):
        raise RuntimeError(f'no result for t = {t}')
    return t


def odd(kind, seed):
    return {'set': {1, 2}, 'taken': {'kind': 1}, 'seed': {'seed': 2}, 'array': np.arange(2), 'nan': float('nan'),
            'number': np.float32(0.1)}[kind]


def slow(t, seed):
    time.sleep(60)


def analog_output(adc_steps, seed):
    """Return the outputs of a noisy layer, and the weights after an update by pulses."""
    import torch

    from aihwlab.nn import AnalogLinear
    from aihwlab.optim import AnalogSGD
    from aihwlab.simulator.presets import EcRamPreset
    torch.manual_seed(seed)
    config = EcRamPreset()
    config.forward.out_res = 1 / adc_steps
    layer = AnalogLinear(70, 5, rpu_config=config)
    optimizer = AnalogSGD(layer.parameters(), lr=0.1)
    y = layer(torch.rand(40, 70))
    y.square().mean().backward()
    optimizer.step()
    return {'output': y.detach(), 'weights': layer.get_weights()[0]}


def threads(seed):
    """Return how many threads libraries may use here."""
    import torch
    return {'threads': torch.get_num_threads(), 'process': os.getpid()}
