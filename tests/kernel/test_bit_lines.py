"""Bit lines with resistance: the exact circuit, and limits."""

import numpy as np
import pytest

from aihwlab.kernel.bit_lines import delivered
from aihwlab.physics.circuit import CrossbarCircuit

CONDUCTANCES = np.random.default_rng(1).uniform(0, 25e-6, (9, 4))


@pytest.mark.parametrize('resistance', [0.5, 2000.0])
def test_currents_are_those_of_the_exact_circuit(resistance):
    parts, _ = delivered(list(CONDUCTANCES), [resistance] * 9)
    circuit = CrossbarCircuit(CONDUCTANCES, 0.0, resistance)
    for row, voltage in enumerate(0.2 * np.eye(9)):
        np.testing.assert_allclose(parts[row] * CONDUCTANCES[row] * 0.2, circuit.currents(voltage), rtol=1e-9)


def test_the_converter_sees_what_flows_if_all_drivers_have_one_voltage():
    _, seen = delivered(list(CONDUCTANCES), [300.0] * 9)
    np.testing.assert_allclose(seen, CrossbarCircuit(CONDUCTANCES, 0.0, 300.0).currents(np.ones(9)), rtol=1e-9)


def test_limits():
    """Without resistance all arrives; a line without cells carries nothing; at the end of a line most arrives."""
    parts, seen = delivered(list(CONDUCTANCES), [0.0] * 9)
    assert all((part == 1).all() for part in parts)
    np.testing.assert_allclose(seen, CONDUCTANCES.sum(axis=0))
    parts, seen = delivered([np.zeros(2)] * 3, [10.0] * 3)
    assert all((part == 1).all() for part in parts) and (seen == 0).all()
    parts, _ = delivered(list(CONDUCTANCES), [1e4] * 9)
    assert (np.diff(parts, axis=0) > 0).all() and (np.array(parts) < 1).all() and (np.array(parts) > 0).all()


def test_each_node_has_a_wire():
    with pytest.raises(ValueError, match='longer|shorter'):
        delivered([np.ones(1)] * 2, [1.0])
