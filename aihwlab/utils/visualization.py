"""Pictures of devices: what pulses do to their weights. All draw with `matplotlib.pyplot`, as those of aihwkit do."""

from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aihwlab.kernel.pulse_response import step_size
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.utils.device_spread import draw_changes, draw_ends
from aihwlab.utils.programming_error import plot_model_programming_error, plot_programming_error
from aihwlab.utils.pulse_experiments import (
    compute_pulse_response,
    compute_pulse_statistics,
    config_of,
    estimate_n_steps,
    get_tile_for_plotting,
)
from aihwlab.utils.weight_drift import plot_weight_drift
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, tidy

__all__ = [
    'compute_pulse_response', 'compute_pulse_statistics', 'estimate_n_steps', 'get_tile_for_plotting', 'plot_device',
    'plot_device_compact', 'plot_device_symmetry', 'plot_model_programming_error', 'plot_programming_error',
    'plot_pulse_response', 'plot_pulse_statistics', 'plot_response_overview', 'plot_weight_drift',
]
__path__: list[str] = []  # names that are missing are explained: aihwlab/compatibility.py

COLOURS = (SKY, ORANGE, GREEN, PURPLE, RED, BLUE)
"""One for each device that is drawn by itself."""

MANY, MANY_CELLS = 300, 50
"""Number of devices whose spread is drawn; of cells of several devices, which take longer to compute."""

POINTS = 2000
"""Number of points of a drawn line, at most."""

NODES = 60
"""Number of weights at which the mean step is drawn."""

PULSES_NEAR = 10
"""So much smoothness per step: of the pulses in one direction about two tenths as many are averaged at each weight, also for
devices with few states."""


def plot_pulse_response(analog_tile: Any, direction: np.ndarray, use_forward: bool = False) -> np.ndarray:
    """Draw the weights of a tile against the number of pulses, in the current axes; arguments of `compute_pulse_response`.

    Returns:
        The weights, [pulses, out, in].
    """
    trace = compute_pulse_response(analog_tile, direction, use_forward)
    draw_traces(plt.gca(), trace.reshape(len(trace), -1))
    return trace


def draw_traces(axes: Axes, weights: np.ndarray, **style: Any) -> None:
    """Draw weights [pulses, devices] against the number of pulses."""
    shown = np.unique(np.linspace(0, len(weights) - 1, POINTS).round().astype(int))
    for number, weight in enumerate(weights[shown].T):
        axes.plot(shown + 1, weight, **{'color': COLOURS[number % len(COLOURS)], 'linewidth': 0.8, 'alpha': 0.85, **style})
    axes.set(xlabel='pulse number', ylabel='weight (relative conductance)', xlim=(0, len(weights)))
    tidy(axes)


def plot_pulse_statistics(w_trace: np.ndarray, direction: np.ndarray, up_direction: bool, num_nodes: int = 100,
                          smoothness: float = 0.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the weight change by one pulse against the weight, mean and noise, in the current axes.

    Args:
        w_trace: weights after each pulse, [pulses, out, in], from `compute_pulse_response`.
        direction: 1 for up, -1 for down, [pulses].
        up_direction: take the pulses up; otherwise those down.
        num_nodes: number of weights at which the change is averaged.
        smoothness: larger for smoother curves, see `compute_pulse_statistics`.

    Returns:
        These weights [nodes], and mean and standard deviation of the change, [nodes, out, in].
    """
    nodes = np.linspace(np.min(w_trace), np.max(w_trace), num_nodes)
    mean, deviation = compute_pulse_statistics(nodes, w_trace, direction, up_direction, smoothness)
    axes, flat = plt.gca(), mean.reshape(num_nodes, -1)
    for number, (change, noise) in enumerate(zip(flat.T, deviation.reshape(num_nodes, -1).T)):
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(nodes, change, color=colour, linewidth=1.5)
        axes.fill_between(nodes, change - noise, change + noise, color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel='weight (relative conductance)', ylabel=f'weight change per pulse {"up" if up_direction else "down"}')
    axes.axhline(0, color='#808080', linewidth=0.8)
    tidy(axes)
    return nodes, mean, deviation


def cycles(n_steps: int, n_loops: int) -> np.ndarray:
    """Return the directions of pulses up, then down, again and again, [pulses]."""
    for name, value in (('n_steps', n_steps), ('n_loops', n_loops)):
        if value < 1:
            raise ValueError(f'{name} = {value}: must be at least 1')
    return np.tile(np.repeat([1, -1], n_steps), n_loops)


def plot_response_overview(rpu_config: Any, n_loops: int = 5, n_steps: int | None = None, n_traces: int = 5,
                           use_cuda: bool = False, smoothness: float = 0.1) -> None:
    """Draw the response to pulses up and down, and mean and noise of the steps, in the current figure.

    The steps are those of the devices themselves: where the weight that is read fluctuates besides, by write noise or read
    noise, the noise on the right has a line that says how much.

    Args:
        rpu_config: configuration with a pulsed device, or with a cell of several.
        n_loops: number of times that pulses go up and down.
        n_steps: number of pulses in each direction; None for as many as the range needs.
        n_traces: number of devices.
        use_cuda: compute on the GPU.
        smoothness: larger for smoother curves, see `compute_pulse_statistics`; more is taken for devices with few states.

    Raises:
        ConfigError: for a device without pulses, or impossible parameters.
        ValueError: if there are no loops, pulses or devices.
    """
    steps = estimate_n_steps(rpu_config) if n_steps is None else n_steps
    direction = cycles(steps, n_loops)
    w_noise = rpu_config.forward.w_noise
    figure = plt.gcf()
    figure.set_layout_engine('constrained')
    grid = figure.add_gridspec(2, 2, height_ratios=(1.2, 1))
    response, mean_axes, noise_axes = (figure.add_subplot(part) for part in (grid[0, :], grid[1, 0], grid[1, 1]))
    seen = compute_pulse_response(get_tile_for_plotting(rpu_config, n_traces, use_cuda), direction, use_forward=w_noise > 0)
    draw_traces(response, seen[:, :, 0])
    response.set_title(f'{n_traces} devices: {steps} pulses up, then as many down')
    write_noise = write_noise_of(rpu_config.device)
    calm = get_tile_for_plotting(without_write_noise(rpu_config), n_traces, use_cuda)
    trace = compute_pulse_response(calm, direction)
    nodes = np.linspace(trace.min(), trace.max(), NODES)
    smoothness = max(smoothness, PULSES_NEAR / steps)
    for up, colour, style in ((True, BLUE, '-'), (False, RED, '--')):
        mean, noise = (values[:, :, 0] for values in compute_pulse_statistics(nodes, trace, direction, up, smoothness))
        for axes, values in ((mean_axes, mean), (noise_axes, noise)):
            axes.plot(nodes, values, color=colour, linestyle=style, linewidth=0.7, alpha=0.45)
            axes.plot(nodes, mean_of(values), color=colour, linestyle=style, linewidth=2.2,
                      label=f'pulse {"up" if up else "down"}')
    mean_axes.axhline(0, color='#808080', linewidth=0.8)
    mean_axes.set(ylabel='weight change per pulse', title='mean step')
    noise_axes.set(ylabel='standard deviation', title='noise of the step')
    if write_noise > 0:
        noise_axes.axhline(write_noise, color=BLACK, linewidth=1.5, linestyle=':', label='write noise')
    if w_noise > 0:
        noise_axes.axhline(w_noise, color=PURPLE, linewidth=1.5, linestyle='-.', label='read noise')
    noise_axes.set_ylim(bottom=0)
    for axes in (mean_axes, noise_axes):
        axes.set_xlabel('weight (relative conductance)')
        axes.ticklabel_format(axis='y', style='sci', scilimits=(-2, 3))
        axes.legend(frameon=False, fontsize='small')
        tidy(axes)


def mean_of(values: np.ndarray) -> np.ndarray:
    """Return the mean over devices of values [nodes, devices]; NaN at nodes that fewer than half of them have reached."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0).sum(axis=1)
    return np.where(2 * count >= values.shape[1], total / np.maximum(count, 1), np.nan)


def write_noise_of(device: Any) -> float:
    """Return the standard deviation by which the weight of a device fluctuates around its state; 0 for cells of several."""
    resolved = device.resolved()
    return resolved.write_noise_std * resolved.dw_min if isinstance(device, PulsedDevice) else 0.0


def without_write_noise(rpu_config: Any) -> Any:
    """Return a configuration whose device shows its state; cells of several devices are left as they are."""
    device = rpu_config.device
    if 'write_noise_std' not in vars(device):
        return rpu_config
    return replace(rpu_config, device=replace(device, write_noise_std=0.0))


def plot_device(device: Any, w_noise: float = 0.0, **kwargs: Any) -> None:
    """Draw the response of a device, and its steps, in a new figure.

    Example:
        >>> plot_device(ReRamSBPresetDevice(), n_loops=2)

    Args:
        device: parameters of a pulsed device, or of a cell of several.
        w_noise: standard deviation of the noise of a weight that is read, in units of the weight.
        kwargs: further arguments of `plot_response_overview`.

    Raises:
        ConfigError: for a device without pulses, or impossible parameters.
    """
    config = config_of(device, w_noise)
    figure = plt.figure(figsize=(8.0, 5.6))
    figure.suptitle(type(device).__name__)
    plot_response_overview(config, **kwargs)


def plot_device_compact(device: Any, w_noise: float = 0.0, n_steps: int | None = None, n_traces: int = 3, n_loops: int = 2,
                        w_init: float | None = None, use_cuda: bool = False, axes: Axes | None = None,
                        **plot_kwargs: Any) -> Figure | Axes:
    """Draw the response of a device, and beside it how much its weights and steps spread over many devices.

    Example:
        >>> plot_device_compact(EcRamPresetDevice())

    Args:
        device: parameters of a pulsed device, or of a cell of several.
        w_noise: standard deviation of the noise of a weight that is read, in units of the weight.
        n_steps: number of pulses in each direction; None for as many as the range needs.
        n_traces: number of devices that are drawn by themselves.
        n_loops: number of times that pulses go up and down.
        w_init: weight to start with; None for the lower bound.
        use_cuda: compute on the GPU.
        axes: draw only the response, here, without the spread.
        plot_kwargs: of the lines of the response, for example `linewidth`.

    Returns:
        The figure, or the axes if they were given.

    Raises:
        ConfigError: for a device without pulses, or impossible parameters.
        ValueError: if there are no loops, pulses or devices.
    """
    config = config_of(device, w_noise)
    steps = estimate_n_steps(config) if n_steps is None else n_steps
    traces = compute_pulse_response(get_tile_for_plotting(config, n_traces, use_cuda, w_init=w_init), cycles(steps, n_loops),
                                    use_forward=w_noise > 0)[:, :, 0]
    if axes is not None:
        draw_traces(axes, traces, **plot_kwargs)
        axes.set_title(type(device).__name__)
        return axes
    figure = plt.figure(figsize=(9.5, 3.4), layout='constrained')
    figure.suptitle(f'{type(device).__name__}: {steps} pulses up, then as many down')
    response, ends, changes = figure.subplots(1, 3, width_ratios=(2.6, 1, 1.2))
    draw_traces(response, traces, **plot_kwargs)
    count = MANY if isinstance(device, PulsedDevice) else MANY_CELLS
    many = compute_pulse_response(get_tile_for_plotting(config, count, use_cuda, w_init=w_init), cycles(steps, 1),
                                  use_forward=w_noise > 0)[:, :, 0]
    response.plot(np.arange(1, 2 * steps + 1), many.mean(axis=1), color=BLACK, linewidth=2.0, label=f'mean of {count}')
    response.legend(frameon=False, fontsize='small', loc='lower right')
    response.set_title(f'{n_traces} devices, {n_loops} times', fontsize='medium')
    ends.sharey(response)
    draw_ends(ends, many[steps - 1], many[-1])
    draw_changes(changes, many, steps)
    return figure


def plot_device_symmetry(device: Any, w_noise: float = 0.0, n_pulses: int = 10_000, n_traces: int = 3, use_cuda: bool = False,
                         w_init: float = 1.0) -> None:
    """Draw what pulses up and down in turn do to a device, in a new figure: they pull it to its symmetry point.

    There, steps up and down are equal. Where the mean device has such a point, a line says where.

    Args:
        device: parameters of a pulsed device, or of a cell of several.
        w_noise: standard deviation of the noise of a weight that is read, in units of the weight.
        n_pulses: number of pulses in all.
        n_traces: number of devices.
        use_cuda: compute on the GPU.
        w_init: weight to start with.

    Raises:
        ConfigError: for a device without pulses, or impossible parameters.
        ValueError: if there are no pulses or devices.
    """
    if n_pulses < 1:
        raise ValueError(f'n_pulses = {n_pulses}: must be at least 1')
    tile = get_tile_for_plotting(config_of(device, w_noise), n_traces, use_cuda, w_init=w_init)
    trace = compute_pulse_response(tile, np.resize([1, -1], n_pulses), use_forward=w_noise > 0)
    axes = plt.figure(figsize=(6.4, 3.6), layout='constrained').add_subplot()
    draw_traces(axes, trace[:, :, 0])
    axes.set_title(f'{type(device).__name__}: pulses up and down in turn')
    point = symmetry_point(device) if isinstance(device, PulsedDevice) else None
    if point is not None:
        axes.axhline(point, color=BLACK, linestyle='--', linewidth=1.5,
                     label=f'symmetry point of the mean device: {round(point, 2) + 0.0:.2f}')
        axes.legend(frameon=False, fontsize='small')


def symmetry_point(device: PulsedDevice) -> float | None:
    """Return the weight at which steps up and down of a device without spread are equal; None if there is none."""
    step = step_size(device)
    balance = step.up + step.down
    if not balance[0] > 0 > balance[-1]:
        return None
    return float(np.interp(0, -balance, step.weight))
