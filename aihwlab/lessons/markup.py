"""HTML for questions, hints and solutions that can be read without a running kernel too: on GitHub and in exported pages."""

import html
import re

from ipywidgets import Widget

GOOD, BAD, SHARE = '#009E73', '#D55E00', 60
"""Colours of a passed and of a failed check, and how many per cent of them are mixed into the colour of the text.

Text is dark on a light page and light on a dark one, and so is the mixture: its contrast is at least 4.5:1 on both. A
browser that cannot mix colours shows the text in its own. A mark and a word always say the same.
"""


def prose(text: str) -> str:
    """Return plain text as HTML: `code` in backquotes, an empty line between paragraphs, $formulas$ for MathJax."""
    paragraphs = re.split(r'\n\s*\n', html.escape(text.strip(), quote=False))
    return ''.join('<p>' + re.sub(r'`([^`]+)`', r'<code>\1</code>', part) + '</p>' for part in paragraphs)


def source(code: str) -> str:
    """Return a program as HTML."""
    return f'<pre><code>{html.escape(code.strip(), quote=False)}</code></pre>'


def folded(summary: str, body: str) -> str:
    """Return HTML that shows one line, and the body once the reader unfolds it; neither a kernel nor a script is needed.

    Args:
        summary: the line that is always shown, plain text.
        body: what is folded away, HTML.
    """
    return f'<details><summary>{inline(summary)}</summary>{body}</details>'


def inline(text: str) -> str:
    """Return plain text as HTML without a paragraph around it."""
    return prose(text).replace('</p><p>', '<br>').removeprefix('<p>').removesuffix('</p>')


def verdict(passed: bool, text: str, words: tuple[str, str] = ('passed', 'not passed yet')) -> str:
    """Return a line, as HTML, with a mark and a word that say whether something is right."""
    mark, word, colour = ('&#10003;', words[0], GOOD) if passed else ('&#10007;', words[1], BAD)
    mixed = f'color-mix(in srgb, {colour} {SHARE}%, currentcolor)'
    return f'<div style="color: {mixed}"><b>{mark} {word}:</b> {inline(text)}</div>'


def live(widget: Widget, page: str, text: str) -> dict[str, object]:
    """Return what Jupyter shows: the widget where a kernel is running, otherwise the HTML page, otherwise the plain text."""
    view = {'version_major': 2, 'version_minor': 0, 'model_id': widget.model_id}
    return {'application/vnd.jupyter.widget-view+json': view, 'text/html': page, 'text/plain': text}
