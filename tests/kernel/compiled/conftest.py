"""Compiled stages are tested where Numba may compile."""

from aihwlab.kernel.backend import numba_compiles

collect_ignore_glob = [] if numba_compiles() else ['test_*.py']
