"""Markers of tests by what they are, cells of notebooks; and how the processes that share the tests wait."""

import os

import pytest

# Several processes share the cores: threads that wait for each other must not keep one busy. Read when torch is imported.
os.environ.setdefault('OMP_WAIT_POLICY', 'passive')


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the cells of notebooks, which nbval collects."""
    for item in items:
        if item.path.suffix == '.ipynb':
            item.add_marker('notebook')
