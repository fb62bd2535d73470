"""A notebook as it runs in a browser: what needs a package that is not there stands as text with its saved result."""

import ast
import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from aihwlab.site.course import CourseLesson, installs, pictures_of
from aihwlab.site.instead import INSTEAD, NOTE
from aihwlab.teaching.needed import names_defined, names_used, parsed

Imported = tuple[str, str]
"""A module and a name in it; the name is empty for the module itself."""

PROBE = """
import importlib, json, sys

class Browser:
    absent = set(json.loads(sys.argv[1]))

    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in self.absent:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Browser())
missing = []
for module, name in json.loads(sys.argv[2]):
    try:
        found = importlib.import_module(module)
        if name and not hasattr(found, name):
            importlib.import_module(f'{module}.{name}')
    except ImportError:
        missing.append((module, name))
print(json.dumps(missing))
"""
"""Program that tries imports where some packages cannot be found."""


def missing_imports(notebooks: Iterable[NotebookNode], absent: Iterable[str]) -> set[Imported]:
    """Return which imports of notebooks fail without some packages.

    Args:
        notebooks: the notebooks.
        absent: names of the packages that cannot be imported.

    Raises:
        CalledProcessError: if the program that tries them fails.
    """
    wanted = sorted({each for notebook in notebooks for cell in notebook.cells if cell.cell_type == 'code'
                     for statement in parsed(cell.source).body for each in imports(statement)})
    finished = subprocess.run([sys.executable, '-c', PROBE, json.dumps(sorted(absent)), json.dumps(wanted)],
                              stdout=subprocess.PIPE, text=True, check=True)
    return {(module, name) for module, name in json.loads(finished.stdout)}


def imports(statement: ast.stmt) -> list[Imported]:
    """Return what a statement imports."""
    match statement:
        case ast.Import(names=aliases):
            return [(alias.name, '') for alias in aliases]
        case ast.ImportFrom(module=str(module), names=aliases):
            return [(module, alias.name) for alias in aliases]
    return []


def browser_notebook(lesson: CourseLesson, missing: set[Imported]) -> NotebookNode:
    """Return the notebook of a lesson as it runs in a browser.

    A cell that uses what cannot be imported there, or what such a cell defines, becomes text: its program and its saved
    result. Some have another cell in their place (`aihwlab.site.instead`).

    Raises:
        ValueError: if a cell that another one should replace is not there.
    """
    instead = dict(INSTEAD.get(lesson.name, {}))
    lost: set[str] = set()
    cells = []
    for cell in lesson.notebook.cells:
        start = next((start for start in instead if cell.source.startswith(start)), None)
        if cell.cell_type != 'code':
            cells.append(cell)
        elif start is not None:
            text, source = instead.pop(start)
            lost.update(lost_by(cell.source))
            cells += [new_markdown_cell(text, id=f'{cell.id}-text'), new_code_cell(source, id=cell.id)]
        elif any(imports(statement) for statement in parsed(cell.source).body):
            kept = importable(cell.source, missing, lost)
            cells.append(cell if kept == cell.source else NotebookNode({**cell, 'source': kept, 'outputs': []}))
        elif installs(cell) or '%pip' not in cell.source and not out_of_reach(cell.source, lost):
            cells.append(cell)
        else:
            lost.update(lost_by(cell.source))
            cells.append(as_text(cell, lesson.name))
    if instead:
        raise ValueError(f'{lesson.name}: no cell starts with {next(iter(instead))!r}')
    return NotebookNode({**lesson.notebook, 'cells': cells})


def out_of_reach(source: str, lost: set[str]) -> bool:
    """Return whether a program uses names that are not there."""
    return bool(lost & set(names_used(parsed(source))))


def lost_by(source: str) -> set[str]:
    """Return the names that a program would have defined."""
    python = re.sub(r'^( *)%.*$', r'\1pass', source, flags=re.MULTILINE)
    return {name for statement in parsed(python).body for name in names_defined(statement)}


def importable(source: str, missing: set[Imported], lost: set[str]) -> str:
    """Return a program without the imports that fail and what depends on them; `lost` gets the names that go with them."""
    lines, kept = source.splitlines(), []
    for statement in parsed(source).body:
        gone = [name for name, each in zip(getattr(statement, 'names', []), imports(statement)) if each in missing]
        lost.update(alias.asname or alias.name.split('.')[0] for alias in gone)
        first = min(node.lineno for node in (statement, *getattr(statement, 'decorator_list', [])))
        before = lines[first - 1:statement.end_lineno]
        if gone:
            statement.names = [name for name in statement.names if name not in gone]  # type: ignore[attr-defined]
            after = [ast.unparse(statement)] if statement.names else []  # type: ignore[attr-defined]
        elif lost & set(names_used(ast.Module([statement], []))):
            lost.update(names_defined(statement))
            after = []
        else:
            after = before
        kept.append((slice(first - 1, statement.end_lineno), after))
    for place, after in reversed(kept):
        lines[place] = after
    return '\n'.join(lines).rstrip()


def as_text(cell: NotebookNode, name: str) -> NotebookNode:
    """Return a cell as Markdown: a line that says why, its program, and what it has printed and drawn."""
    parts = [NOTE.format(name=name), f'```python\n{cell.source}\n```']
    attachments: dict[str, Mapping[str, str]] = {}
    printed = ''.join(output.get('text', '') for output in cell.outputs if output.output_type == 'stream')
    if printed:
        parts.append(f'```text\n{printed}```')
    for number, picture in enumerate(pictures_of(cell)):
        attachments[f'{number}.png'] = {'image/png': base64.b64encode(picture.png).decode()}
        parts.append(f'<img src="attachment:{number}.png" alt="{picture.alternative}">')
    shown = new_markdown_cell('\n\n'.join(parts), id=cell.id)
    if attachments:
        shown.attachments = attachments
    return shown
