"""Devices at the crosspoints: one module for each law of the step size, and what happens to whole arrays of them.

A law is a module with

- `step(weight, noise, device, e, shared)`: size of the weight change by one pulse; None if there are no pulses,
- `construct(parameters, hidden, draw)`: the hidden parameters of each device that only this law has,
- `planes(parameters, hidden)`: what `step` reads of each device, for pulses up and for pulses down,
- `shared(parameters)`: what `step` reads that all devices share, for pulses up and for pulses down,
- `granularity(parameters)`: weight change of one average pulse at weight zero.

A pulse up adds the step to the weight, a pulse down subtracts it. The functions `step` use arithmetic only, without
branches, so that the same function works for arrays of NumPy and CuPy and, compiled, for single numbers.
"""
