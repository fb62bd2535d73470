"""Versions of the kernel's stages for a GPU: kernels that Numba compiles for CUDA, on arrays of CuPy.

`stages.py` lists them. Each stands in a file of the same name as its NumPy reference, has the same arguments and draws the
same random numbers. What is arithmetic is not written again: functions of `aihwlab.kernel.compiled` and the steps of laws
are translated (`compiling.py`) and called from threads of the GPU. What differs is who does the work: one thread for each
output, pulse train or crosspoint. No result depends on the order of threads.

Numba's simulator of CUDA (NUMBA_ENABLE_CUDASIM=1) runs the same kernels on NumPy arrays, in threads of Python: slow, but
without a GPU.
"""
