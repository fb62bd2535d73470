"""Statistics of ReRAM (HfOx) that was programmed with write-and-verify, and relaxes for two days, on the chip NeuRRAM.

Source: W. Wan et al., Nature 608, 504, 2022, doi:10.1038/s41586-022-04992-8.
"""

G_MAX = 40.0
"""The largest conductance that the coefficients are for, uS."""

DAY = 86400.0
"""Seconds in a day."""

PROGRAMMING = {
    1.0: (0.348, 16.030, -43.853, 45.393, -16.815),
    DAY: (0.701, 22.086, -50.773, 47.095, -16.458),
    2 * DAY: (0.782, 20.274, -43.507, 37.062, -11.934),
}
"""Coefficients of the spread around the target, uS, lowest order of `x = G / g_max` first, by the time after programming, s.

At each time all devices were read once, so what is known is the spread at these times, and not how one device got from one to
the next.
"""
