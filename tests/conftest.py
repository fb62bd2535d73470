"""What a test is, cells of notebooks for example, and which tests go together to one of the processes that share the work."""

import os

import pytest

# Several processes share the cores: threads that wait for each other must not keep one busy. Read when torch is imported.
os.environ.setdefault('OMP_WAIT_POLICY', 'passive')


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the cells of notebooks, which nbval collects; keep tests of a file together, or those of a lesson in a browser."""
    for item in items:
        if item.path.suffix == '.ipynb':
            item.add_marker('notebook')
        lesson = getattr(item, 'callspec', None) and item.callspec.params.get('notebook')
        item.add_marker(pytest.mark.xdist_group(f'{item.path.stem}-{lesson}' if lesson else str(item.path)))
