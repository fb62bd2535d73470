"""Every lesson as a page that reads well before any Python runs: text, formulas, pictures, results, folded solutions."""

import re
from pathlib import Path

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from aihwlab.site.addresses import COLAB, HOME
from aihwlab.site.course import CourseLesson, installs
from aihwlab.teaching.offline import offline
from aihwlab.teaching.pages import LIVE, as_image

TEMPLATES = Path(__file__).parent / 'templates'
SOURCES = f'{HOME}/blob/main'

NOTEBOOK = re.compile(r'(?<=\]\()(\d\d_\w+)\.ipynb')
ELSEWHERE = re.compile(r'(?<=\]\()\.\./(?!img/)')


def lesson_page(lesson: CourseLesson) -> str:
    """Return a lesson as a page in HTML that needs no other file, but for links."""
    folder = lesson.lesson.folder
    cells = [shown(cell, folder) for cell in lesson.notebook.cells if not installs(cell)]
    exporter = HTMLExporter(template_name='lesson', extra_template_basedirs=[str(TEMPLATES)])
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    notebook = new_notebook(cells=cells, metadata={'title': lesson.lesson.title, 'language_info': {'name': 'python'}})
    resources = {'lesson': lesson.name, 'whole': lesson.whole, 'home': HOME, 'colab': COLAB}
    return exporter.from_notebook_node(notebook, resources=resources)[0]


def shown(cell: NotebookNode, folder: Path) -> NotebookNode:
    """Return a cell as a reader sees it: its pictures and formulas in it, its links to other pages of the site."""
    cell = NotebookNode(cell)
    if cell.cell_type == 'markdown':
        source = NOTEBOOK.sub(r'\1.html', cell.source)
        cell.source = offline(ELSEWHERE.sub(f'{SOURCES}/', source), folder)
    else:
        cell.outputs = [still(output, folder) for output in cell.outputs]
    return cell


def still(output: NotebookNode, folder: Path) -> NotebookNode:
    """Return an output without what only a running notebook can show; its pictures have their descriptions."""
    data = {kind: value for kind, value in output.get('data', {}).items() if kind != LIVE}
    if 'image/png' in data:
        data = {'text/html': as_image(output)}
    elif 'text/html' in data:
        data['text/html'] = offline(''.join(data['text/html']), folder)
    return NotebookNode({**output, 'data': data}) if data else output
