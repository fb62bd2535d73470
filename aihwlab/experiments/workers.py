"""Tasks on the cores of this machine, or on those of a cluster: outcomes as they come."""

from collections.abc import Callable, Generator
from concurrent.futures import as_completed
from typing import Any

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.task import Outcome, Task, attempt

Outcomes = Generator[tuple[str, Outcome], None, None]
"""Texts and outcomes of tasks, in the order in which they are finished."""

ONE_THREAD = dict.fromkeys(['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS',
                            'NUMBA_NUM_THREADS'], '1')
"""What libraries read to know how many threads they may use.

Sums in torch and NumPy can depend on that in their last digit; so it is one, whether there is one process or many.
"""


def on_this_machine(function: Callable[..., Any], tasks: dict[str, Task], workers: int | None) -> Outcomes:
    """Yield texts and outcomes of tasks as processes of joblib finish them; functions of a notebook can go there, too.

    joblib replaces a process that has grown by more than 300 MB, as it does when it first imports torch late, and warns that
    a worker stopped; no task is lost.

    Raises:
        ImportError: if joblib is not installed.
        ArgumentError: for a number of workers that is none.
    """
    joblib = import_joblib()
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise ArgumentError(f'workers = {workers!r}: must be an integer of at least 1, or None for all cores')
    from joblib.externals.loky import get_reusable_executor
    executor = get_reusable_executor(max_workers=workers or joblib.cpu_count(), timeout=60, env=ONE_THREAD)
    futures = {executor.submit(attempt, function, task): text for text, task in tasks.items()}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BaseException:
        executor.shutdown(wait=True, kill_workers=True)
        raise


def on_cluster(function: Callable[..., Any], tasks: dict[str, Task], client: Any) -> Outcomes:
    """Yield texts and outcomes of tasks as the workers of a `dask.distributed.Client` finish them."""
    from dask import distributed
    futures = {client.submit(attempt, function, task, pure=False): text for text, task in tasks.items()}
    try:
        for future in distributed.as_completed(list(futures)):
            yield futures[future], future.result()
    except BaseException:
        client.cancel(list(futures))
        raise


def import_joblib() -> Any:
    """Return joblib, or raise an ImportError that says how to get it."""
    try:
        import joblib
    except ImportError as error:
        raise ImportError("a sweep on all cores needs joblib: python -m pip install 'aihwlab[sweep]'") from error
    return joblib
