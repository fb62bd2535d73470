"""The physics of analog computing: pure functions of NumPy arrays, in SI units unless stated otherwise."""
