"""What all models of noise do: program, age, read, in any order of times; and models of users, written in torch."""

import pytest
import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference import (
    BaseNoiseModel,
    DualPairConductanceConverter,
    PCMLikeNoiseModel,
    ReRamCMONoiseModel,
    SinglePairConductanceConverter,
)
from aihwlab.inference.arrays import torch_draws_from
from aihwlab.inference.converter.fusion import FusionConductanceConverter
from aihwlab.kernel.random import Stream
from tests.inference.noise.models import ALL

WEIGHTS = torch.linspace(-0.9, 0.7, 35).reshape(5, 7)
TIMES = {'wan': (0.0, 1.0, 86400.0)}
MODELS = pytest.mark.parametrize('name', ALL)


@MODELS
def test_weights_that_are_read_resemble_those_that_were_programmed(name):
    torch.manual_seed(1)
    model = ALL[name]()
    for time in TIMES.get(name, (0.0, 60.0, 3600.0)):
        read = model.apply_noise(WEIGHTS, time)
        assert read.shape == WEIGHTS.shape and torch.isfinite(read).all()
        assert torch.corrcoef(torch.stack([read.flatten(), WEIGHTS.flatten()]))[0, 1] > 0.9


@MODELS
@pytest.mark.parametrize('weights', [torch.zeros(2, 3), torch.ones(1, 1), torch.full((1, 4), -0.5),
                                     torch.rand(3, 2, dtype=torch.float64), torch.rand(3, 2, dtype=torch.float16)],
                         ids=['zero', 'one', 'row', 'double', 'half'])
def test_any_matrix_can_be_programmed(name, weights):
    read = ALL[name]().apply_noise(weights, 1.0)
    assert read.shape == weights.shape and read.dtype == weights.dtype and torch.isfinite(read).all()


@MODELS
def test_the_same_seed_gives_the_same_bits(name):
    model, reads = ALL[name](), []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        reads.append(model.apply_noise(WEIGHTS, 1.0))
    assert torch.equal(reads[0], reads[1]) and not torch.equal(reads[0], reads[2])


@MODELS
def test_times_may_be_asked_for_in_any_order_and_programming_is_kept(name):
    """With a random state for each time, as tiles have, a time is the same whatever was asked for before."""
    model, times = ALL[name](), TIMES.get(name, (0.0, 60.0, 3600.0))
    with torch_draws_from(Stream(1, 0)):
        devices = model.program(WEIGHTS)
    before = [conductance.clone() for conductance in devices.conductances]
    found = {}
    for order in (times, times[::-1]):
        for time in order:
            with torch_draws_from(Stream(1, 1 + times.index(time))):
                found.setdefault(time, []).append(model.weights_at(devices, time))
    assert all(torch.equal(*reads) for reads in found.values())
    assert all(map(torch.equal, before, devices.conductances))


@MODELS
def test_without_noise_weights_are_exact(name):
    model = ALL[name]()
    for scale in ('prog_noise_scale', 'read_noise_scale', 'drift_scale', 'noise_scale'):
        if hasattr(model, scale):
            setattr(model, scale, 0.0)
    torch.testing.assert_close(model.apply_noise(WEIGHTS, 1.0), WEIGHTS, atol=1e-6, rtol=0)


def test_both_devices_of_a_pair_are_programmed_with_noise_and_drift_each_by_itself():
    torch.manual_seed(1)
    devices = PCMLikeNoiseModel().program(torch.rand(50, 50))
    plus, minus = devices.conductances
    assert (minus > 0).float().mean() > 0.4 and minus.mean() == pytest.approx(0.26348 / (2 * torch.pi) ** 0.5, rel=0.1)
    plus_exponents, minus_exponents = devices.drift_parameters
    assert minus_exponents.mean() == pytest.approx(0.1, rel=0.05) and plus_exponents.mean() < 0.07


def test_a_conversion_of_programmed_weights_leaves_one_device_of_a_pair_empty():
    """What `apply_drift_noise` has to do, which is given weights alone."""
    torch.manual_seed(1)
    model = PCMLikeNoiseModel(drift_scale=0.0, read_noise_scale=0.0)
    weights, exponents = model.apply_programming_noise(WEIGHTS)
    torch.testing.assert_close(model.apply_drift_noise(weights, exponents, 3600.0), weights)
    assert len(exponents) == 2 and exponents[0].shape == WEIGHTS.shape


def test_programming_noise_and_drift_are_those_of_the_devices():
    torch.manual_seed(1)
    model = PCMLikeNoiseModel()
    devices = model.program(WEIGHTS)
    torch.manual_seed(1)
    weights, exponents = model.apply_programming_noise(WEIGHTS)
    assert torch.equal(weights, model.weights_of(devices)) and torch.equal(exponents[1], devices.drift_parameters[1])


class Shrinking(BaseNoiseModel):
    """A model of a user: a number that torch draws, and an attribute of its own."""

    def __init__(self, rate, **settings):
        super().__init__(**settings)
        self.rate = rate

    def apply_programming_noise_to_conductance(self, g_target):
        return g_target + 0.1 * torch.randn_like(g_target)

    def apply_drift_noise_to_conductance(self, g_prog, drift_noise_param, t_inference):
        assert drift_noise_param is None
        return g_prog * (1 - self.rate * t_inference)


def test_users_write_their_own_in_torch():
    model = Shrinking(0.25, g_converter=SinglePairConductanceConverter(g_max=10.0))
    with torch_draws_from(Stream(1, 0)):
        devices = model.program(WEIGHTS)
    torch.testing.assert_close(model.weights_at(devices, 2.0), 0.5 * model.weights_of(devices))
    with torch_draws_from(Stream(1, 0)):
        assert torch.equal(model.program(WEIGHTS).conductances[0], devices.conductances[0])
    assert model.weights_of(devices).sub(WEIGHTS).std() == pytest.approx(0.1 * 2 ** 0.5 * 0.9 / 10, rel=0.4)


def test_gradients_are_not_recorded():
    weights = torch.nn.Parameter(WEIGHTS.clone())
    assert not Shrinking(0.1).apply_noise(weights, 1.0).requires_grad
    assert not PCMLikeNoiseModel().apply_noise(weights, 1.0).requires_grad


def test_any_converter_can_be_chosen():
    torch.manual_seed(1)
    single, dual = (PCMLikeNoiseModel(g_converter=converter) for converter in (None, DualPairConductanceConverter([1.0, 3.0])))
    assert len(dual.program(WEIGHTS).conductances) == 4
    weights = torch.linspace(-1, 1, 10_000).reshape(100, 100)
    errors = [(model.apply_programming_noise(weights)[0] - weights).std() for model in (single, dual)]
    assert errors[0] > 1.1 * errors[1]
    assert PCMLikeNoiseModel(g_converter=FusionConductanceConverter(), g_max=None).g_max == 40


@pytest.mark.parametrize('call, error, message', [
    (lambda: PCMLikeNoiseModel().apply_noise(WEIGHTS, -1.0), ValueError, r't_inference = -1.0: must be in \[0, inf\)'),
    (lambda: PCMLikeNoiseModel().apply_noise(WEIGHTS, float('nan')), ValueError, 't_inference = nan: must be in '),
    (lambda: PCMLikeNoiseModel().apply_noise(WEIGHTS, '1'), ValueError, "t_inference = '1': must be a number"),
    (lambda: PCMLikeNoiseModel().apply_noise(WEIGHTS * float('nan'), 1.0), ValueError, 'weights contain NaN or infinite'),
    (lambda: ReRamCMONoiseModel().apply_noise([[1.0]], 1.0), TypeError, 'weights of type list: must be a torch tensor'),
    (lambda: PCMLikeNoiseModel().apply_drift_noise(WEIGHTS * float('inf'), [None] * 2, 1.0), ValueError, 'contain NaN'),
    (lambda: BaseNoiseModel(3.0), ConfigError, 'BaseNoiseModel.g_converter = 3.0: must be an instance of BaseConductanceConv'),
    (lambda: BaseNoiseModel().program(WEIGHTS), NotImplementedError, 'must have the method apply_programming_noise_to_cond'),
    (lambda: BaseNoiseModel().apply_drift_noise(WEIGHTS, [None] * 2, 1.0), NotImplementedError, 'method apply_drift_noise')])
def test_what_is_refused_says_why(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_parameters_that_became_impossible_are_refused_when_they_are_used():
    model = PCMLikeNoiseModel()
    model.g_converter.g_max = 30.0
    with pytest.raises(ConfigError, match='PCMLikeNoiseModel.g_max = 25.0: must be that of the converter, 30.0'):
        model.program(WEIGHTS)
