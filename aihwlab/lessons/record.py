"""The small file beside a notebook in which answers outlive a restart of the kernel."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from IPython import get_ipython

NAME = 'aihwlab_progress.json'
"""The name of the file; all notebooks of a folder share one."""

FORMAT = 1
"""Counts up when older versions of this package could no longer read the file."""

Entry = dict[str, Any]


class Record:
    """What a student has answered, a dictionary for each task, in a file of JSON.

    Nothing is written before the student has answered something. Cells that are merely run, by a test or to see
    what they show, leave no file: an exercise that still holds its `...` is not an answer, and a quiz waits for its button.
    What is read appears in widgets only, which need a kernel, never in the pages that a notebook is saved with: so they are
    the same whoever has executed it. Outside of a Jupyter kernel, in a test or in a program, there is no file at all.

    Several notebooks may be open at once: each entry is merged into what the file holds by then, and the file is replaced
    in one step. A file that cannot be understood is set aside, and one that cannot be written is done without; `note`
    then says so in one sentence, which is printed as well. No method raises an error for what has happened to the file.

    Args:
        path: the file, or None for none.

    Attributes:
        note: what went wrong, or an empty string.
    """

    def __init__(self, path: Path | None) -> None:
        self.path, self.note = path, ''

    def entry(self, title: str) -> Entry:
        """Return what the file says about a task, an empty dictionary if it says nothing."""
        try:
            return self._read().get(title, {})
        except OSError as error:
            self._say(f'The answers kept in {self.path} cannot be read: {error.strerror}.')
            return {}

    def put(self, title: str, entry: Entry) -> None:
        """Write what there is to say about a task; all else that the file holds stays in it."""
        if self.path is None:
            return
        draft = self.path.with_name(f'.{self.path.name}.{os.getpid()}')
        try:
            content = {'format': FORMAT, 'tasks': {**self._read(), title: entry}}
            draft.write_text(json.dumps(content, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')
            os.replace(draft, self.path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            self._say(f'Answers last only until the kernel is restarted, since {self.path} cannot be written: '
                      f'{error.strerror}.')

    def remove(self) -> None:
        """Remove the file."""
        try:
            if self.path is not None:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            self._say(f'{self.path} cannot be removed: {error.strerror}.')

    def _read(self):
        if self.path is None:
            return {}
        try:
            return tasks_of(self.path)
        except FileNotFoundError:
            return {}
        except ValueError as error:
            aside = free_name(self.path.with_suffix('.damaged.json'))
            self.path.rename(aside)
            self._say(f'{self.path} could not be understood ({error}); it is now called {aside.name}, and a new file begins.')
            return {}

    def _say(self, note):
        if note != self.note:
            self.note = note
            print(note)


def tasks_of(path: Path) -> dict[str, Entry]:
    """Return the entries of a file by the titles of their tasks.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except RecursionError:
        raise ValueError('it is nested too deeply') from None
    if not isinstance(content, dict) or content.get('format') != FORMAT:
        raise ValueError(f'its format is not {FORMAT}')
    tasks = content.get('tasks')
    if not isinstance(tasks, dict) or not all(map(is_entry, tasks.values())):
        raise ValueError('it has no proper list of tasks')
    return tasks


def is_entry(entry: object) -> bool:
    """Return whether something has the form of an entry: what is kept by `Task.keep`."""
    kinds = {'kind': str, 'attempts': int, 'first': str, 'last': str, 'done': str, 'answer': (str, int, float),
             'results': list}
    return isinstance(entry, dict) and all(isinstance(entry[name], kind) for name, kind in kinds.items() if name in entry)


def free_name(path: Path) -> Path:
    """Return a path that does not exist yet, with a number behind the name if need be."""
    names = (path.with_stem(f'{path.stem}{number}') for number in range(2, 1000))
    return path if not path.exists() else next(name for name in names if not name.exists())


def beside_the_notebook() -> Path | None:
    """Return where a notebook keeps its answers: in the working folder of its kernel.

    There is no such place outside of a Jupyter kernel, nor behind a page of Voila, whose readers share one folder.
    """
    in_kernel = getattr(get_ipython(), 'kernel', None) is not None
    shared = os.environ.get('SERVER_SOFTWARE', '').startswith('voila')
    return Path.cwd() / NAME if in_kernel and not shared else None


RECORD = Record(beside_the_notebook())
"""Where the tasks of all lessons keep their answers."""
