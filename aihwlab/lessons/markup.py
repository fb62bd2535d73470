"""HTML of questions, hints and solutions, which reads as well without a kernel: on GitHub and in exported pages."""

import html
import re

GOOD, BAD = '#00664A', '#A33C00'
"""Colours of a passed and of a failed check; a mark or a word always says the same."""


def prose(text):
    """Return plain text as HTML: `code` in back-quotes, an empty line between paragraphs, $formulas$ for MathJax."""
    paragraphs = re.split(r'\n\s*\n', html.escape(text.strip(), quote=False))
    return ''.join('<p>' + re.sub(r'`([^`]+)`', r'<code>\1</code>', part) + '</p>' for part in paragraphs)


def source(code):
    """Return a program as HTML."""
    return f'<pre><code>{html.escape(code.strip(), quote=False)}</code></pre>'


def folded(summary, body):
    """Return HTML that shows one line, and the body when the reader opens it; no kernel and no script is needed.

    Args:
        summary: the line in sight, plain text.
        body: what is folded away, HTML.
    """
    return f'<details><summary>{inline(summary)}</summary>{body}</details>'


def inline(text):
    """Return plain text as HTML without a paragraph around it."""
    return prose(text).replace('</p><p>', '<br>').removeprefix('<p>').removesuffix('</p>')


def verdict(passed, text, words=('passed', 'not yet')):
    """Return a line with a mark and a word that say whether something is right."""
    mark, word, colour = ('&#10003;', words[0], GOOD) if passed else ('&#10007;', words[1], BAD)
    return f'<div style="color: {colour}"><b>{mark} {word}:</b> {inline(text)}</div>'


def live(widget, page, text):
    """Return what Jupyter shows: a widget where there is a kernel, otherwise HTML, otherwise plain text."""
    view = {'version_major': 2, 'version_minor': 0, 'model_id': widget.model_id}
    return {'application/vnd.jupyter.widget-view+json': view, 'text/html': page, 'text/plain': text}
