"""Weights over time: each curve begins where it was programmed and decays as its model says."""

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

from aihwlab.exceptions import ArgumentError, ConfigError
from aihwlab.inference import PCMLikeNoiseModel
from aihwlab.utils.visualization import plot_weight_drift

pytestmark = pytest.mark.usefixtures('no_window')


def curves():
    return {line.get_label(): line.get_xydata() for line in plt.gca().lines}


def test_without_noise_and_drift_weights_stay_as_they_were_programmed():
    model = PCMLikeNoiseModel(prog_noise_scale=0, read_noise_scale=0, drift_scale=0)
    plot_weight_drift(model, w_inits=[-1, 0.25], n_repeats=2)
    found = curves()
    assert list(found) == ['-1', '0.25']
    for label, points in found.items():
        np.testing.assert_allclose(points[:, 1], float(label), atol=1e-6)


def test_times_are_sorted_and_a_weight_that_drifts_only_gets_smaller():
    model = PCMLikeNoiseModel(prog_noise_scale=0, read_noise_scale=0)
    plot_weight_drift(model, t_inference_list=[1e6, 1e2, 1e4], w_inits=[1.0], n_repeats=50)
    points = curves()['1']
    np.testing.assert_array_equal(points[:, 0], [1e2, 1e4, 1e6])
    assert (np.diff(points[:, 1]) < 0).all()
    # mu_nu of a full cell is 0.049 (spec of the model), its spread 0.008 at least; t0 = 20 s
    np.testing.assert_allclose(points[:, 1], (points[:, 0] / 20) ** -0.049, rtol=0.03)


def test_by_default_there_is_a_curve_for_each_of_seven_weights_and_nothing_of_the_state_of_torch_is_used_up_twice():
    plot_weight_drift()
    first = curves()
    torch.manual_seed(1)
    plot_weight_drift()
    assert len(first) == 7 and all((first[label] == points).all() for label, points in curves().items())


@pytest.mark.parametrize('arguments, error, name', [
    (dict(noise_model='PCM'), ConfigError, 'noise_model'), (dict(t_inference_list=[0.0]), ArgumentError, 't_inference_list'),
    (dict(t_inference_list=[]), ArgumentError, 't_inference_list'), (dict(w_inits=[0.0]), ArgumentError, 'w_inits'),
    (dict(w_inits=[float('nan')]), ArgumentError, 'w_inits'), (dict(n_repeats=0), ArgumentError, 'n_repeats')])
def test_what_cannot_be_drawn_is_refused_by_name(arguments, error, name):
    with pytest.raises(error, match=name):
        plot_weight_drift(**arguments)
