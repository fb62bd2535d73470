"""A table for a teacher of what students have done: `python -m aihwlab.lessons.export FOLDER`.

Each student hands in the file `aihwlab_progress.json` that lies beside the notebooks; the box at the end of a lesson says
where. The teacher puts them into one folder, each under its student's name: `ada/aihwlab_progress.json` or
`ada_aihwlab_progress.json`, as systems for handing in do by themselves. The command writes two tables beside them, with one
row for each student and task, tasks that are still open included: `progress_table.csv` for a spreadsheet, and
`progress_table.json` with the same rows.

The columns: `student`; `lesson` and `task`; `kind` of task; `done`, `first` and `last`, the times at which the task was
done and at which it was answered first and last (UTC, ISO 8601); `attempts`, the number of different answers in a row; and
`answer`, the right answer if it was given, otherwise the last one: the chosen option, the program or the value.
"""

import argparse
import csv
import importlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from aihwlab.lessons.record import NAME, Entry, tasks_of
from aihwlab.lessons.task import Task

LESSONS = ['start_here', 'von_neumann_bottleneck', 'pcm_physics', 'crossbar_mvm', 'lenet5_training',
           'training_on_imperfect_devices', 'inference_and_drift']
"""The modules of the lessons, in their order."""

COLUMNS = ['student', 'lesson', 'task', 'kind', 'done', 'attempts', 'first', 'last', 'answer']

TABLE = 'progress_table'

Row = dict[str, str | float]


def course() -> dict[str, tuple[str, str]]:
    """Return the titles of all tasks in the order of the course, with their lesson and their kind."""
    modules = [importlib.import_module(f'aihwlab.lessons.{name}') for name in LESSONS]
    return {task.title: (module.progress().title, task.kind) for module in modules for task in vars(module).values()
            if isinstance(task, Task)}


def rows_of(student: str, tasks: Mapping[str, Entry], known: Mapping[str, tuple[str, str]]) -> list[Row]:
    """Return the rows of one student: the tasks of the course, then others that are kept in the file.

    Args:
        student: name.
        tasks: entries by the titles of tasks (`Record`).
        known: what `course` returns.
    """
    rows = []
    for title in {**known, **tasks}:
        entry, (lesson, kind) = tasks.get(title, {}), known.get(title, ('', ''))
        row = {name: entry.get(name, '') for name in COLUMNS}
        rows.append(row | {'student': student, 'lesson': lesson, 'task': title, 'kind': kind or entry.get('kind', ''),
                           'attempts': entry.get('attempts', 0)})
    return rows


def student_of(path: Path, folder: Path) -> str:
    """Return the name of a student: what the path has beside the name of the file, or that of the folder."""
    below = path.relative_to(folder)
    parts = [*below.parent.parts, below.name.replace(Path(NAME).stem, '').removesuffix('.json').strip(' _-.')]
    return '/'.join(filter(None, parts)) or folder.resolve().name


def export(folder: Path) -> list[Path]:
    """Write the tables of all students whose files lie in a folder or below it, and return the paths of the tables.

    A file that cannot be read is named in a printed sentence and left out.

    Raises:
        FileNotFoundError: if there is no file of a student.
    """
    known, rows, found = course(), [], sorted(folder.rglob(f'*{Path(NAME).stem}*.json'))
    if not found:
        raise FileNotFoundError(f'folder = {str(folder)!r} holds no file whose name contains {Path(NAME).stem!r}')
    for path in found:
        try:
            rows += rows_of(student_of(path, folder), tasks_of(path), known)
        except (OSError, ValueError) as error:
            print(f'{path} is left out: {error}')
    table, data = folder / f'{TABLE}.csv', folder / f'{TABLE}.json'
    # The mark of order at the beginning tells spreadsheets that the letters are Unicode.
    with table.open('w', encoding='utf-8-sig', newline='') as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(map(harmless, rows))
    data.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')
    return [table, data]


def harmless(row: Row) -> Row:
    """Return a row in which no text is a formula for a spreadsheet: an apostrophe goes before its first sign."""
    return {name: f"'{value}" if str(value).startswith(('=', '+', '-', '@', '\t', '\r')) else value
            for name, value in row.items()}


def main(arguments: Iterable[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog='python -m aihwlab.lessons.export',
                                     description=f'Collect the files {NAME} of students into one table.')
    parser.add_argument('folder', type=Path, help='folder that holds the files, or folders with them')
    try:
        print('\n'.join(map(str, export(parser.parse_args(arguments).folder))))
    except FileNotFoundError as error:
        parser.error(str(error))


if __name__ == '__main__':
    main()
