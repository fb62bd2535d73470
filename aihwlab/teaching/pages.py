"""Pages made of cells, which nbconvert turns into HTML with the templates beside this file."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter, SlidesExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from aihwlab.teaching.offline import offline
from aihwlab.teaching.reading import Program

TEMPLATES = Path(__file__).parent / 'templates'
LIVE = 'application/vnd.jupyter.widget-view+json'


def text(source: str, folder: Path, attachments: dict | None = None) -> NotebookNode:
    """Return a cell of Markdown whose pictures and formulas are in it."""
    cell = new_markdown_cell(offline(source, folder))
    if attachments:
        cell.attachments = attachments
    return cell


def html(source: str, folder: Path) -> NotebookNode:
    """Return a cell that shows HTML."""
    return results([new_output('display_data', {'text/html': offline(source, folder)})])


def results(outputs: Iterable[NotebookNode]) -> NotebookNode:
    """Return a cell that shows outputs, without the code that made them."""
    return new_code_cell(outputs=list(map(still, outputs)), metadata={'transient': {'remove_source': True}})


def program(piece: Program) -> NotebookNode:
    """Return a cell with the code and the outputs of a program."""
    return new_code_cell(piece.source, outputs=list(map(still, piece.outputs)))


def still(output: NotebookNode) -> NotebookNode:
    """Return an output as a reader without a running notebook sees it."""
    if 'data' not in output:
        return output
    return NotebookNode({**output, 'data': {kind: data for kind, data in output.data.items() if kind != LIVE}})


def page(cells: list[NotebookNode], title: str) -> str:
    """Return cells as a page in HTML."""
    return _export(HTMLExporter(template_name='teacher', extra_template_basedirs=[str(TEMPLATES)]), cells, title)


def slide_show(cells: list[NotebookNode], title: str, reveal: str | None) -> str:
    """Return cells as slides in HTML.

    Args:
        cells: with the metadata `slideshow` of nbconvert.
        title: of the browser's window.
        reveal: address of a copy of reveal.js, or None for the one that nbconvert knows on the internet.
    """
    options: dict[str, Any] = {'reveal_url_prefix': reveal} if reveal else {}
    exporter = SlidesExporter(template_name='slides', extra_template_basedirs=[str(TEMPLATES)], reveal_theme='white',
                              reveal_width='1280', reveal_height='720', reveal_number='c/t', **options)
    return _export(exporter, cells, title)


def _export(exporter, cells, title):
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = exporter.exclude_anchor_links = True
    for number, cell in enumerate(cells):  # addresses inside of the page that do not change from one run to the next
        cell.id = f'cell-{number}'
    return exporter.from_notebook_node(new_notebook(cells=cells, metadata={'title': title}))[0]


def rendered(template: str, **values: object) -> str:
    """Return a template, filled in."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters['markdown'] = as_html
    return environment.get_template(template).render(**values)


def as_html(markdown: str, folder: Path) -> str:
    """Return Markdown as HTML, with its pictures and formulas in it."""
    return markdown2html(offline(markdown, folder))


def as_image(output: NotebookNode) -> str:
    """Return an output that is a picture, in HTML, with the text that describes it."""
    described = output.get('metadata', {}).get('image/png', {}).get('alt') or output.data.get('text/plain', '')
    return f'<img src="data:image/png;base64,{output.data["image/png"].strip()}" alt="{escape(described)}">'
