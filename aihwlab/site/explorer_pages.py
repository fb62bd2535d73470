"""Every explorer as a page of its own, which can be embedded and whose address holds the state of its controls."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from aihwlab.site.standalone import Standalone, explorers


class ExplorerPage(NamedTuple):
    """What a page shows before any Python runs.

    Attributes:
        name: of the class.
        title: what it shows, in words.
        picture: its opening state, as an address that holds the picture.
        sentence: what that picture shows.
    """

    name: str
    title: str
    picture: str
    sentence: str


def explorer_pages() -> list[ExplorerPage]:
    """Return what the page of each explorer shows; drawing them takes some seconds."""
    return [explorer_page(name, inspect.getdoc(kind) or name) for name, kind in explorers().items()]


def explorer_page(name: str, description: str) -> ExplorerPage:
    """Return what the page of an explorer shows; the first paragraph of its description is the title."""
    state = json.loads(Standalone(name).state())
    title = ' '.join(description.split('\n\n')[0].split()).rstrip('.')
    return ExplorerPage(name, title, state['picture'], state['sentence'])


def write_explorers(pages: list[ExplorerPage], render: Callable[..., str], folder: Path, size: int) -> None:
    """Write the pages into a folder.

    Args:
        pages: what they show.
        render: function (name of the template, values by name) -> HTML.
        folder: where to write; it is made.
        size: what a first start loads, MB.
    """
    folder.mkdir()
    for each in pages:
        (folder / f'{each.name}.html').write_text(render('explorer.html.j2', each=each, size=size), encoding='utf-8')
