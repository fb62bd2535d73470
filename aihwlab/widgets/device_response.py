"""What pulses do to the weight of a device, and why some devices cannot learn well."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from aihwlab.kernel.pulse_response import PulseResponse, balance, pulse_response
from aihwlab.parameters.pulsed_device import PulsedDevice
from aihwlab.simulator.presets import devices as presets
from aihwlab.widgets.controls import Choice, Slider, Value, Values
from aihwlab.widgets.explorer import Explorer
from aihwlab.widgets.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, around, ceiling, tidy

DEVICES = {
    'ReRamSB': presets.ReRamSBPresetDevice(),
    'ReRamES': presets.ReRamESPresetDevice(),
    'EcRam': presets.EcRamPresetDevice(),
    'EcRamMO': presets.EcRamMOPresetDevice(),
    'Capacitor': presets.CapacitorPresetDevice(),
    'GokmenVlasov': presets.GokmenVlasovPresetDevice(),
    'Idealized': presets.IdealizedPresetDevice(),
    'PCM': presets.PCMPresetDevice(),
    'ReRamArrayOM': presets.ReRamArrayOMPresetDevice(),
    'ReRamArrayHfO2': presets.ReRamArrayHfO2PresetDevice(),
}
"""The devices to choose from."""

DEVICE_CONTROLS = {
    'dw_min_std': Slider('noise from pulse to pulse', 0.3, 0.0, 10.0, 0.05, unit='steps', one='step', symbol='dw_min_std',
                         help='Standard deviation of one step, relative to the mean step.'),
    'up_down': Slider('asymmetry', 0.0, -0.6, 0.6, 0.02, unit='steps', symbol='up_down',
                      help='Positive: steps down are smaller than steps up; negative: the other way round.'),
    'write_noise_std': Slider('write noise', 0.0, 0.0, 100.0, 0.5, unit='steps', symbol='write_noise_std',
                              help='How much the weight that is read fluctuates around the state of the device.'),
    'dw_min_dtod': Slider('spread from device to device', 0.3, 0.0, 1.0, 0.01, unit='steps', symbol='dw_min_dtod',
                          help='Standard deviation of the mean steps of the devices, relative to dw_min.'),
}
"""Controls of the parameters of a device with these names."""

PULSES = Slider('pulses up, then down', 1000, 10, 2000, 10, symbol='n', help='As many up as down.')

SINGLE = 5
"""Number of devices that are drawn."""

POINTS = 250
"""Number of points of a drawn line; more would make one blot of the noise."""


class DeviceResponse(Explorer):
    """Pulses up, then pulses down: the weight against the number of pulses, and the steps against the weight.

    It opens with a resistive memory whose weight fluctuates more than fifty times as much as one pulse changes it.

    Example:
        >>> DeviceResponse()
        >>> DeviceResponse(device='EcRam', up_down=0.2)
        >>> DeviceResponse({'mine': SoftBoundsDevice(dw_min=0.01)})

    Args:
        devices: parameters of pulsed devices by name; the presets by default.
        start: values to open with, by the names of the controls: `device`, `dw_min_std`, `up_down`, `write_noise_std`,
            `dw_min_dtod` and `pulses`.
    """

    def __init__(self, devices: Mapping[str, PulsedDevice] | None = None, **start: Value) -> None:
        devices = DEVICES if devices is None else dict(devices)
        first = next(iter(devices))
        controls = {'device': Choice('device', first, tuple(devices)), **DEVICE_CONTROLS, 'pulses': PULSES}
        super().__init__(partial(response, devices), ResponseView, controls, {'device': lambda name: settings(devices[name])},
                         figsize=(7.8, 3.6), **{'device': first, **start})


def settings(device: PulsedDevice) -> Values:
    """Return the values of the controls that belong to a device; None where it has no such parameter."""
    return {'pulses': pulses_for(device), **{name: vars(device).get(name) for name in DEVICE_CONTROLS}}


def with_settings(device: PulsedDevice, **values: float | None) -> PulsedDevice:
    """Return the parameters of a device with some values changed; None leaves a value as it is."""
    return replace(device, **{name: value for name, value in values.items() if value is not None})


def pulses_for(device: PulsedDevice) -> float:
    """Return a number of pulses that takes a device through most of its range, within the limits of `PULSES`."""
    parameters = device.resolved()
    wanted = round((parameters.w_max - parameters.w_min) / parameters.dw_min / PULSES.step) * PULSES.step
    return min(max(wanted, PULSES.low), PULSES.high)


def response(devices: Mapping[str, PulsedDevice], device: str, pulses: int, **values: float | None) -> PulseResponse:
    """Return the response of a chosen device with changed parameters: the model of the explorer."""
    return pulse_response(with_settings(devices[device], **values), pulses, pulses)


class ResponseView:
    """Weight against pulse number on the left, change by one pulse against weight on the right."""

    def __init__(self, figure: Figure) -> None:
        # Room for wider numbers at the axes, and for a power of ten above them: the layout stays as it is at first.
        figure.get_layout_engine().set(rect=(0.025, 0, 0.96, 0.95))
        self.time, self.law = figure.subplots(1, 2, width_ratios=(1.35, 1))
        self.time.set(xlabel='pulse number', ylabel='weight (relative conductance)',
                      title='pulses up, then pulses down')
        self.law.set(xlabel='weight (relative conductance)', ylabel='weight change per pulse',
                     title='one pulse: mean and noise')
        for axes in (self.time, self.law):
            tidy(axes)
        self.law.axhline(0, color='#808080', linewidth=0.8)
        self.law.ticklabel_format(axis='y', style='sci', scilimits=(-2, 3))
        self.turn = self.time.axvline(0, color='#808080', linewidth=0.8, linestyle=':')
        colours = (SKY, ORANGE, GREEN, PURPLE, RED)
        self.devices = [self.time.plot([], [], color=colour, linewidth=0.8, alpha=0.75)[0]
                        for colour in colours[:SINGLE]]
        self.mean, = self.time.plot([], [], color=BLACK, linewidth=2.2, label='mean of 20 devices')
        self.bands = [self.law.fill([0], [0], color=colour, alpha=0.22, linewidth=0)[0] for colour in (BLUE, RED)]
        self.up, = self.law.plot([], [], color=BLUE, linewidth=2.2, label='pulse up')
        self.down, = self.law.plot([], [], color=RED, linewidth=2.2, linestyle='--', label='pulse down')
        self.time.legend(loc='lower left', frameon=False, fontsize='small')
        self.law.legend(loc='upper right', frameon=False, ncols=2, fontsize='small')
        self.curves = [self.mean, self.up, self.down]

    def update(self, result: PulseResponse) -> None:
        last = len(result.weights) - 1
        pulse = np.unique(np.linspace(0, last, POINTS + 1).round().astype(int))
        shown = result.weights[pulse]
        for line, weights in zip(self.devices, shown.T):
            line.set_data(pulse, weights)
        self.mean.set_data(pulse, shown.mean(axis=1))
        self.turn.set_xdata([result.pulses_up] * 2)
        self.time.set_xlim(0, ceiling(last))
        self.time.set_ylim(around(shown[:, :SINGLE], 0))
        step = result.step
        for line, band, mean, noise in zip((self.up, self.down), self.bands, (step.up, step.down),
                                           (step.up_noise, step.down_noise)):
            line.set_data(step.weight, mean)
            band.set_xy(np.concatenate([np.column_stack([step.weight, mean - noise]),
                                        np.column_stack([step.weight, mean + noise])[::-1]]))
        self.law.set_xlim(step.weight[0], step.weight[-1])
        up = max(step.up.max(), np.median(step.up + step.up_noise))
        down = max(-step.down.min(), -np.median(step.down - step.down_noise))
        top, bottom = (ceiling(1.05 * size) if size > 0 else 0.0 for size in (up, down))
        self.law.set_ylim(-bottom, top + ((top + bottom) / 8 or 1.0))  # the legend is above

    def describe(self, values: Values, result: PulseResponse) -> str:
        step, top = result.step, result.weights[result.pulses_up].mean()
        up, down, noise = (np.interp(0, step.weight, curve) for curve in (step.up, step.down, step.up_noise))
        sentence = (f"{values['device']}: {values['pulses']} pulses up bring the mean weight to {top:.2f}, as many down "
                    f'to {result.weights[-1].mean():.2f}. At weight 0 one pulse changes it by {up:+.2g} or {down:+.2g}, '
                    f'with a noise of {noise:.2g}.')
        if result.write_noise > 0:
            sentence += (f' The weight that is read fluctuates by {result.write_noise:.2g}, as much as '
                         f'{result.write_noise / up:.1f} mean steps up.')
        point = round(balance(step), 2) + 0.0
        if np.isfinite(point):
            sentence += f' Pulses up and down in turn pull it towards {point:.2f}, where a step up is as large as a step down.'
        return sentence
