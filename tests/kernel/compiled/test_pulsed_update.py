"""Updates in one call: bit for bit those of the single stages, and close to the reference; and plans that notice changes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel import pulsed_update as reference
from aihwlab.kernel.compiled.coincidences import apply_trains
from aihwlab.kernel.compiled.pulse_plan import plan_pulses
from aihwlab.kernel.compiled.pulse_trains import draw_trains
from aihwlab.kernel.compiled.pulsed_update import plan_of, pulsed_update
from aihwlab.kernel.compiled.threads import use_threads
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.patches import gather
from aihwlab.kernel.random import Stream
from aihwlab.parameters.update import UpdateParameters
from aihwlab.simulator.configs.devices import ConstantStepDevice, LinearStepDevice, SoftBoundsReferenceDevice
from tests.kernel.helpers import PULSED_TYPES, numbers
from tests.kernel.strategies import few_examples, patches, seeds, vectors

DEVICES = [ConstantStepDevice(), LinearStepDevice(write_noise_std=0.5), SoftBoundsReferenceDevice()]


def array_of(device, shape, seed):
    return build_device_array(device, shape, Stream(seed, 0))


@given(st.one_of(vectors(), patches()), st.integers(1, 70), seeds, st.sampled_from(DEVICES),
       st.fixed_dictionaries(dict(pulse_type=st.sampled_from(PULSED_TYPES), desired_bl=st.integers(1, 70),
                                  res=st.sampled_from([0, 0.1]), sto_round=st.booleans(),
                                  update_bl_management=st.booleans(), update_management=st.booleans())))
@few_examples
def test_one_call_is_the_same_as_single_stages_and_close_to_the_reference(x, out_size, seed, device, settings):
    d, update = 0.1 * numbers(seed, (x.shape[0], out_size, x.shape[2])), UpdateParameters(**settings)
    shape = out_size, x.shape[1]
    one, single, expected = (array_of(device, shape, seed) for _ in range(3))
    pulsed_update(one, x, d, (None, None), 0.05, update, Stream(seed, 1))
    largest = [np.abs(gather(values)).max(axis=1).reshape(-1) for values in (x, d)]
    plan = plan_pulses(*largest, 0.05, single.granularity, update)
    apply_trains(single, draw_trains(x, d, plan, update, Stream(seed, 1)), Stream(seed, 1))
    assert (one.visible == single.visible).all() and (one.persistent == single.persistent).all()
    reference.pulsed_update(expected, x, d, (None, None), 0.05, update, Stream(seed, 1))
    np.testing.assert_allclose(one.visible, expected.visible, rtol=1e-4, atol=1e-5)


def test_the_number_of_threads_does_not_change_a_bit():
    x, d = numbers(1, (40, 130, 3)), 0.05 * numbers(2, (40, 70, 3))
    results = []
    for threads in (1, 2):
        use_threads(threads)
        array = array_of(DEVICES[1], (70, 130), 5)
        pulsed_update(array, x, d, (None, None), 0.05, UpdateParameters(), Stream(5, 1))
        results.append(array.visible)
    use_threads(1)
    assert (results[0] == results[1]).all() and (results[0] != 0).any()


class TestPlan:
    update = UpdateParameters()

    def test_it_is_kept_until_something_changes(self):
        array = array_of(DEVICES[0], (3, 4), 1)
        plan = plan_of(array, 0.1, self.update)
        assert plan_of(array, 0.1, self.update) is plan
        assert plan_of(array, 0.2, self.update) is not plan
        assert plan_of(array, 0.1, UpdateParameters()).update is not self.update

    def test_hidden_parameters_that_are_set_take_effect(self):
        array = array_of(ConstantStepDevice(), (3, 4), 1)
        x, d = numbers(1, (2, 4, 1)), numbers(2, (2, 3, 1))
        pulsed_update(array, x, d, (None, None), 0.1, self.update, Stream(1, 1))
        array.set_hidden({**array.hidden, 'max_bound': np.full((3, 4), 0.01, dtype=np.float32),
                          'min_bound': np.full((3, 4), -0.01, dtype=np.float32)})
        pulsed_update(array, x, d, (None, None), 0.1, self.update, Stream(1, 2))
        assert np.abs(array.visible).max() <= np.float32(0.01)

    def test_a_changed_parameter_takes_effect(self):
        changes = []
        for length in (1, 31):
            array = array_of(DEVICES[0], (3, 4), 1)
            update = UpdateParameters(update_bl_management=False, update_management=False)
            plan_of(array, 0.1, update)
            update.desired_bl = length
            changes.append(plan_of(array, 0.1, update).plain[1])
        assert changes == [1, 31]
