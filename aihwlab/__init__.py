"""Analog in-memory computing to learn from: analog layers for PyTorch over a small, readable crossbar simulator."""

import sys

__version__ = '0.1.0'


class _Explainer:
    """Explains an import from this package that would fail otherwise: Python asks the last of its finders, this one."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.startswith('aihwlab.'):
            from aihwlab.compatibility import explain
            explain(name)


sys.meta_path.append(_Explainer)
