"""Devices that are all alike, whatever their conductance: round numbers to begin with, not measured ones."""

PROGRAMMING = 0.2, 0.0, 0.0
"""Coefficients of the programming noise, lowest order first, uS."""

EXPONENT, EXPONENT_SPREAD = 0.1, 0.05
"""Mean and standard deviation of the drift exponent."""
