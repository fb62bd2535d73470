"""A function, computed for many settings and seeds on all cores or on a cluster; what is done stays done."""

import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from os import PathLike
from typing import Any

from tqdm.auto import tqdm

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.store import Store
from aihwlab.experiments.task import Task, require_callable, tasks_of, text_of
from aihwlab.experiments.workers import on_cluster, on_this_machine


def sweep(function: Callable[..., Any], grid: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]],
          seeds: Iterable[int] = (0,), store: str | PathLike[str] | None = None, workers: int | None = None,
          client: Any = None, retry: bool = False, progress: bool = True) -> list[dict[str, Any]]:
    """Compute `function(**parameters, seed=seed)` for all combinations of parameters and seeds.

    Each task is a call in a process with one thread. If all that is random in the function follows from its seed, the
    results are the same whatever the number of processes, on a cluster, and after an interruption. With a `store`, results
    are kept as they come: call the same again after it was interrupted or killed, and only what is missing is computed. A
    task is known by the names of its function and parameters, their values, and its seed; after a change *inside* the
    function, start a new file.

    An error in a task does not stop the others: its row has the traceback, which is kept, too, until `retry` asks for
    another attempt.

    Example:
        >>> def accuracy(t, adc_bits, seed):
        ...     torch.manual_seed(seed)
        ...     ...
        ...     return {'accuracy': right / total}
        >>> rows = sweep(accuracy, {'t': [1, 3600, 86400], 'adc_bits': [6, 8]}, seeds=range(10), store='drift.sqlite')
        >>> table = pandas.DataFrame(rows)      # columns t, adc_bits, seed, accuracy

    Args:
        function: returns a number, text, list or array; or a dictionary of these. It can be one of a notebook.
        grid: parameter -> values, of which all combinations are computed; or dictionaries parameter -> value, one for each
            setting. Values can be configurations, devices or other dataclasses, too.
        seeds: integers, each of which repeats all settings.
        store: file for the results (SQLite); None keeps nothing.
        workers: number of processes on this machine; None takes all cores.
        client: a `dask.distributed.Client`, whose workers compute instead. They must have one thread each
            (`LocalCluster(threads_per_worker=1)`), and this package.
        retry: try again what has failed.
        progress: show a bar.

    Returns:
        A list of dictionaries with the parameters, `seed`, and the results: those of a dictionary by their names, others as
        `value`; or `error`, the traceback. They have the order of the settings, and within these of the seeds.

    Raises:
        ArgumentError: for an empty grid, parameters that the function does not take, values that have no text of their own, a
            file that is no store, both `workers` and `client`.
        ImportError: if joblib is not installed (the extra `sweep`), or dask (the extra `dask`) for a client.
    """
    if client is not None and workers is not None:
        raise ArgumentError(f'workers = {workers}, client = {client!r}: give one of them')
    tasks = tasks_of(grid, seeds)
    require_callable(function, tasks)
    texts = [text_of(function, task) for task in tasks]
    with Store(store) as kept:
        missing = {text: task for text, task in zip(texts, tasks) if is_open(kept, text, retry)}
        if missing:
            done = len(set(texts)) - len(missing)
            compute = on_this_machine(function, missing, workers) if client is None else on_cluster(function, missing, client)
            with (closing(compute) as outcomes,
                  tqdm(total=len(set(texts)), initial=done, desc=function.__name__, disable=not progress) as bar):
                for text, outcome in outcomes:
                    kept.put(text, outcome)
                    bar.update()
        rows = [row(task, kept.get(text)) for task, text in zip(tasks, texts)]
    failed = [each for each in rows if 'error' in each]
    if failed:
        warnings.warn(f'{len(failed)} of {len(rows)} tasks failed, the first with {last_line(failed[0]["error"])!r}. '
                      'Their rows have the traceback as `error`; sweep(..., retry=True) tries them again.', stacklevel=2)
    return rows


def is_open(kept: Store, text: str, retry: bool) -> bool:
    """Return whether a task is to be computed."""
    outcome = kept.get(text)
    return outcome is None or (retry and outcome.error is not None)


def row(task: Task, outcome: Any) -> dict[str, Any]:
    """Return parameters, seed and results of a task that was computed."""
    results = {'error': outcome.error} if outcome.result is None else json.loads(outcome.result)
    return {**task.parameters, 'seed': task.seed, **results}


def last_line(traceback: str) -> str:
    """Return the last line of a traceback, which names the error."""
    return traceback.strip().rpartition('\n')[2]
