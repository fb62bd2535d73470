"""Compiled versions of the kernel's stages, for NumPy arrays and Numba.

`stages.py` lists them. Each stands in a file of the same name as its NumPy reference, has the same arguments and draws the
same random numbers. What differs is the order of the work: one pass over memory where the reference makes several, on
several threads. The bits of a result do not depend on the number of threads.

Loops count with unsigned integers and read flat arrays: an index that might be negative, and an array with strides, keep
the compiler from using vector instructions.
"""
