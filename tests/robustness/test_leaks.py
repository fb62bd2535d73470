"""What grows: the memory of a process that trains on and on, or that makes explorers and closes them.

Each runs in a process of its own; for longer ones, `python -m tests.robustness.test_leaks steps 5000`.
"""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATUS = Path('/proc/self/status')
needs_proc = pytest.mark.skipif(not STATUS.exists(), reason='the memory of a process is read from /proc')


def resident():
    """Return the memory that this process has now, in MB."""
    gc.collect()
    return int(STATUS.read_text().split('VmRSS:')[1].split()[0]) / 1024


def steps(count):
    """Train a small network; return memory and the number of Python objects, after a fifth of the steps and at the end."""
    import torch

    from aihwlab.simulator.presets import ReRamSBPreset
    from tests.networks import IMAGES, LABELS, analog_sgd, small_network
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model, seen = small_network(ReRamSBPreset()), []
    optimizer = analog_sgd(model)
    for step in range(1, count + 1):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(IMAGES), LABELS).backward()
        optimizer.step()
        if step in (count // 5, count):
            seen.append((resident(), len(gc.get_objects())))
    return seen


def explorers(count):
    """Make explorers, move a control and close them; return what `steps` does, and the number of widgets that are left."""
    import ipywidgets as W

    from aihwlab.widgets import RooflineExplorer
    seen = []
    for number in range(1, count + 1):
        explorer = RooflineExplorer()
        explorer.set(batch=2)
        explorer.close()
        del explorer
        if number in (count // 5, count):
            kept = len(W.widgets.widget._instances) if int(W.__version__[0]) >= 8 else len(W.Widget.widgets)
            seen.append((resident(), len(gc.get_objects()), kept))
    return seen


def measured(kind, count):
    program = subprocess.run([sys.executable, '-m', 'tests.robustness.test_leaks', kind, str(count)], stdout=subprocess.PIPE,
                             text=True, check=True, cwd=ROOT)
    return json.loads(program.stdout)


@needs_proc
@pytest.mark.slow
def test_training_on_and_on_takes_no_more_memory():
    (before, objects), (after, objects_after) = measured('steps', 1000)
    assert after - before < 5 and abs(objects_after - objects) < 100


@needs_proc
@pytest.mark.slow
def test_explorers_that_are_closed_leave_nothing():
    (before, objects, widgets), (after, objects_after, widgets_after) = measured('explorers', 25)
    assert widgets == widgets_after == 0
    assert after - before < 5 and abs(objects_after - objects) < 500


if __name__ == '__main__':
    print(json.dumps({'steps': steps, 'explorers': explorers}[sys.argv[1]](int(sys.argv[2]))))
