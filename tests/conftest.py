"""Markers of tests by what they are: cells of notebooks."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the cells of notebooks, which nbval collects."""
    for item in items:
        if item.path.suffix == '.ipynb':
            item.add_marker('notebook')
