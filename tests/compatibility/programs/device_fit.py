"""A device is fitted to a measured pulse response, drawn, and put into a configuration by the name of an algorithm."""

import numpy as np
from matplotlib import pyplot as plt

from aihwlab.simulator.configs import SoftBoundsReferenceDevice, build_config
from aihwlab.utils.fitting import fit_measurements
from aihwlab.utils.visualization import plot_device_compact

plt.switch_backend('Agg')
pulses = np.concatenate([np.ones(25), -np.ones(25)])
response, weight = [], -0.4
for pulse in pulses:  # what was measured, here a soft bound with a little noise
    bound = 0.6 if pulse > 0 else -0.5
    weight += pulse * 0.06 * (1 - weight / bound)
    response.append(weight)
response = np.array(response) + 0.004 * np.sin(np.arange(50))

parameters = {'dw_min': (0.03, 0.01, 0.1), 'w_max': (1.0, 0.1, 2.0), 'w_min': (-1.0, -2.0, -0.1), 'up_down': 0.0}
result, device, model_response = fit_measurements(parameters, pulses, response, SoftBoundsReferenceDevice())
print(f'w_max {device.w_max:.2f}, w_min {device.w_min:.2f}, dw_min {device.dw_min:.4f}')
assert np.abs(model_response.reshape(50) - response).mean() < 0.03 and 0.4 < device.w_max < 0.9

figure = plot_device_compact(device, n_steps=25, n_traces=2)
assert figure is not None
plt.close('all')
for algorithm in ('sgd', 'ttv2', 'c-ttv2', 'agad', 'mp'):
    rpu_config = build_config(algorithm, device=device)
    assert rpu_config.create_tile(2, 3).tile.get_weights().shape == (2, 3)
