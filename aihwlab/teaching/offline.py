"""Pages that need no network: pictures are put into the page, and formulas are drawn as pictures."""

import base64
import html
import io
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

CODE = r'```.*?```|`[^`\n]*`|<pre\b.*?</pre>|<code\b.*?</code>|<style\b.*?</style>|<[^>]*>'
"""What may hold a dollar sign that starts no formula."""

FORMULA = re.compile(rf'(?P<code>{CODE})|\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n](?:[^$]*?[^$\s])??)\$', re.DOTALL)
PICTURE = re.compile(r'(?P<before><img\b[^>]*?\bsrc="|!\[[^\]]*\]\()(?P<place>(?!data:|https?:|attachment:)[^")]+)')
SIZE = 40
"""Size in points at which formulas are drawn, large because matplotlib rounds to points; a page scales them to its text."""


def offline(text: str, folder: Path) -> str:
    """Return Markdown or HTML with its pictures and formulas in it.

    Args:
        text: Markdown or HTML.
        folder: where relative addresses of pictures start.

    Raises:
        FileNotFoundError: for a picture that is not there.
    """
    return FORMULA.sub(_formula, PICTURE.sub(lambda found: found['before'] + _data(folder / found['place']), text))


def _data(path):
    kind = mimetypes.guess_type(path.name)[0]
    return f'data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}'


def _formula(found):
    if found['code']:
        return found[0]
    tex = html.unescape(found['display'] or found['inline'])
    picture = drawn(' '.join(tex.split()))
    return f'<span class="formula">{picture}</span>' if found['display'] else picture


@lru_cache(maxsize=1000)
def drawn(tex: str) -> str:
    """Return a formula as a picture, in HTML, that scales with the text around it and stands on its line.

    Raises:
        ValueError: for a formula that matplotlib cannot read.
    """
    source = '$%s$' % re.sub(r'\\([gl])e(?![a-z])', r'\\\1eq', tex)  # matplotlib knows these two by their long names
    font = FontProperties(size=SIZE, math_fontfamily='cm')
    width, height, depth = MathTextParser('path').parse(source, dpi=72, prop=font)[:3]
    figure = Figure(figsize=(width / 72, height / 72))
    figure.text(0, depth / height, source, fontproperties=font)
    image = io.BytesIO()
    with rc_context({'svg.hashsalt': tex}):
        figure.savefig(image, dpi=72, format='svg', transparent=True, metadata={'Date': None})
    data = base64.b64encode(image.getvalue()).decode()
    return (f'<img alt="{html.escape(tex)}" src="data:image/svg+xml;base64,{data}" '
            f'style="height: {height / SIZE:.2f}em; vertical-align: {-depth / SIZE:.2f}em; display: inline">')
