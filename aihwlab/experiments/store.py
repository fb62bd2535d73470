"""Results of tasks in one SQLite file, each written as a whole or not at all."""

import sqlite3
from os import PathLike
from types import TracebackType

from aihwlab.exceptions import ArgumentError
from aihwlab.experiments.task import Outcome


class Store:
    """Outcomes of tasks, by their text, in a file; or in memory, for the time of one sweep.

    Each outcome is a transaction of its own. A process that is killed, at whatever moment, leaves a file with all outcomes
    that were put, and no part of another.

    Args:
        path: the file, which is made if it does not exist; None for memory.

    Raises:
        ArgumentError: if the file is something else, or cannot be opened.
    """

    def __init__(self, path: str | PathLike[str] | None) -> None:
        try:
            self.connection = sqlite3.connect(':memory:' if path is None else path, timeout=60, isolation_level=None)
            self.connection.execute('CREATE TABLE IF NOT EXISTS outcomes '
                                    '(task TEXT PRIMARY KEY, result TEXT, error TEXT, seconds REAL)')
            self.connection.execute('SELECT task, result, error, seconds FROM outcomes LIMIT 1')
        except sqlite3.DatabaseError as error:
            if hasattr(self, 'connection'):
                self.connection.close()
            raise ArgumentError(f'store = {str(path)!r} cannot hold the results of a sweep: {error}') from None

    def __enter__(self) -> 'Store':
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.connection.close()

    def get(self, text: str) -> Outcome | None:
        """Return the outcome of a task, or None if there is none yet."""
        found = self.connection.execute('SELECT result, error, seconds FROM outcomes WHERE task = ?', (text,)).fetchone()
        return None if found is None else Outcome(*found)

    def put(self, text: str, outcome: Outcome) -> None:
        """Keep the outcome of a task, in the place of an earlier one."""
        self.connection.execute('INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?)', (text, *outcome))
