"""What time does to programmed weights."""

from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
import torch

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.inference import BaseNoiseModel, PCMLikeNoiseModel
from aihwlab.parameters.validation import require
from aihwlab.utils.programming_error import COLOURS
from aihwlab.widgets.style import tidy

YEAR = 365 * 86400.0
WEIGHTS = (-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0)


def plot_weight_drift(noise_model: BaseNoiseModel | None = None, t_inference_list: Iterable[float] | None = None,
                      w_inits: Iterable[float] | None = None, n_repeats: int = 25) -> None:
    """Draw programmed weights against the time since programming, in a new figure: means, and one standard deviation.

    All weights are on one tile, whose largest weight fills its devices. Random numbers are torch's.

    Args:
        noise_model: what programming and time do to the devices; by default that of phase-change memory.
        t_inference_list: times since programming, s, all positive; by default from one second to a year.
        w_inits: weights to be programmed.
        n_repeats: number of times that each of them is programmed.

    Raises:
        ConfigError: for what is no model of noise.
        ArgumentError: for times that are not positive, weights that are not finite or all zero, or no repetition.
    """
    model = PCMLikeNoiseModel() if noise_model is None else noise_model
    require('noise_model', model, BaseNoiseModel, error=ConfigError)
    times = np.geomspace(1.0, YEAR, 30) if t_inference_list is None else np.array(sorted(t_inference_list), dtype=float)
    wanted = np.array(list(WEIGHTS if w_inits is None else w_inits), dtype=float)
    if not len(times) or not (np.isfinite(times) & (times > 0)).all():
        raise ArgumentError(f't_inference_list = {t_inference_list}: must be positive times in s, for an axis of logarithms')
    if not np.isfinite(wanted).all() or not wanted.any():
        raise ArgumentError(f'w_inits = {w_inits}: must be finite numbers that are not all zero')
    require('n_repeats', n_repeats, int, '[1, inf)', error=ArgumentError)
    devices = model.program(torch.tensor(wanted, dtype=torch.float32)[:, None].repeat(1, n_repeats))
    seen = torch.stack([model.weights_at(devices, time) for time in times]).numpy()  # [times, weights, repetitions]
    axes = plt.figure(figsize=(6.4, 3.8), layout='constrained').add_subplot()
    for number, weight in enumerate(wanted):
        mean, spread = seen[:, number].mean(axis=1), seen[:, number].std(axis=1)
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(times, mean, color=colour, linewidth=2.0, label=f'{weight:g}')
        axes.fill_between(times, mean - spread, mean + spread, color=colour, alpha=0.25, linewidth=0)
    axes.set(xscale='log', xlabel='time since programming (s)', ylabel='weight that is read', title=type(model).__name__)
    axes.legend(title='programmed', frameon=False, fontsize='small', loc='center left', bbox_to_anchor=(1, 0.5), reverse=True)
    tidy(axes)
