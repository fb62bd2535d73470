"""Round numbers: one spread and one distribution of exponents for all devices."""

from aihwlab.kernel.conductance.state_independent import EXPONENT, EXPONENT_SPREAD, PROGRAMMING


def test_nothing_depends_on_the_conductance():
    assert PROGRAMMING[0] > 0 and not any(PROGRAMMING[1:])
    assert 0 < EXPONENT_SPREAD < EXPONENT
