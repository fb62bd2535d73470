"""What is here of aihwkit, computed; and the sentence about a name that is not.

`from aihwlab.simulator.presets import TikiTakaReRamSBPreset` finds no such name in the package. Python then looks for a module
of that name, and asks the finder in `aihwlab/__init__.py` when there is none either. So nothing else ends up here: not
`hasattr`, not `dir`, not `import *`, and no import that succeeds. A module that is no package has to pretend to be one for
Python to take that second look: those that lack names of aihwkit have an empty `__path__`.

`python -m aihwlab.compatibility FILE ...` writes the lists anew into files that have a place for them.
"""

import math
import re
import sys
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from pkgutil import iter_modules
from textwrap import wrap

from aihwlab.aihwkit_names import LEFT_OUT, NAMES, VERSION

AREAS = {
    'layers, networks': ('nn',),
    'methods of layers': ('nn.AnalogLinear',),
    'conversion of digital networks': ('nn.conversion',),
    'optimizers and their contexts': ('optim',),
    'configurations': ('simulator.configs.configs', 'simulator.configs.helpers', 'simulator.presets.web'),
    'devices, compounds': ('simulator.configs.devices', 'simulator.configs.compounds'),
    'parameters': ('simulator.parameters',),
    'presets': ('simulator.presets',),
    'tiles': ('simulator.tiles', 'simulator.rpu_base'),
    'methods of tiles': ('simulator.tiles.AnalogTile',),
    'inference: programming, drift, calibration': ('inference',),
    'plots, summaries, fits, export': ('utils',),
    'linear algebra': ('linalg',),
    'experiments': ('experiments',),
    'digital layers of low precision': ('nn.low_precision_conversion', 'nn.low_precision_modules', 'extension'),
    'errors': ('exceptions',),
}
"""Parts of aihwkit, and the modules and classes that hold their names; of several that contain one, the longest counts."""

SAME_WORDS, SAME_LETTERS = 0.6, 0.8
"""How like a name has to be to be called the nearest: the share of words, or of letters, that two names have in common."""

EXAMPLES, WIDTH = 4, 124
"""How many missing names the summary gives for each area, taken from all over its alphabet; and how long lines may be."""


def explain(full_name: str) -> None:
    """Raise an ImportError about a name or module that is not here, if there is more to say than Python does by itself."""
    holder, _, name = full_name.rpartition('.')
    module = sys.modules.get(holder)
    if module is None or hasattr(module, name):
        return
    near = nearest(name, [*dir(module), *(found.name for found in iter_modules(module.__path__))])
    hint = f'; nearest: {near}' if near else ''
    part = full_name.removeprefix('aihwlab.')
    if NAMES.get(part) and set(NAMES[part]) <= set(LEFT_OUT):
        raise ModuleNotFoundError(f'{full_name} is part of aihwkit {VERSION}, but left out of aihwlab: '
                                  f'{LEFT_OUT[NAMES[part][0]]}')
    if part in NAMES:
        raise ModuleNotFoundError(f'{full_name} is part of aihwkit {VERSION}, but not of aihwlab yet{hint}')
    if name in NAMES.get(part.rpartition('.')[0], ()) and name in LEFT_OUT:
        raise ImportError(f'{name} of {holder} is part of aihwkit {VERSION}, but left out of aihwlab: {LEFT_OUT[name]}{hint}')
    if name in NAMES.get(part.rpartition('.')[0], ()):
        raise ImportError(f'{name} of {holder} is part of aihwkit {VERSION}, but not of aihwlab yet{hint}')
    if near:
        kind = ImportError if name[0].isupper() else ModuleNotFoundError  # names of modules are written small
        raise kind(f'there is no {name} in {holder}{hint}')


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Return which public name is most like another, by words and then by letters, or '' if none is."""
    def likeness(other: str) -> tuple[float, float]:
        return SequenceMatcher(None, words(name), words(other)).ratio(), SequenceMatcher(None, name, other).ratio()

    best = max((name for name in candidates if not name.startswith('_')), key=likeness, default='')
    same_words, same_letters = likeness(best)
    return best if same_words >= SAME_WORDS or same_letters >= SAME_LETTERS else ''


def words(name: str) -> list[str]:
    """Return the words of a name: 'TikiTakaReRamSBPreset' has six."""
    return re.findall(r'[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+', name)


def is_here(holder: str, name: str) -> bool:
    """Return whether a module or class of aihwkit has a counterpart here that has a name, too.

    Raises:
        ModuleNotFoundError: if another package that the module needs is missing, such as torch.
    """
    module, _, cls = holder.rpartition('.') if holder.rpartition('.')[2][0].isupper() else (holder, '', '')
    try:
        found = import_module(f'aihwlab.{module}')
    except ModuleNotFoundError as error:
        if not (error.name or 'aihwlab').startswith('aihwlab'):
            raise
        return False
    return hasattr(getattr(found, cls, None) if cls else found, name)


def names_by_area() -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield for each area the names that are here, in some module that should have them, and those that are in none.

    Names that are left out on purpose are neither.
    """
    for area in AREAS:
        here: dict[str, bool] = {}
        for holder in (holder for holder in NAMES if area_of(holder) == area):
            for name in NAMES[holder]:
                here[name] = here.get(name, False) or is_here(holder, name)
        names = sorted((name for name in here if here[name] or name not in LEFT_OUT), key=str.lower)
        yield area, [name for name in names if here[name]], [name for name in names if not here[name]]


def area_of(holder: str) -> str | None:
    """Return the area of a module or class; None if it only repeats names of others."""
    areas = {prefix: area for area, prefixes in AREAS.items() for prefix in prefixes if f'{holder}.'.startswith(f'{prefix}.')}
    return areas[max(areas, key=len)] if areas else None


def summary() -> Iterator[str]:
    """Yield the lines of a table: how many names of each area are here, and some that are not, if there are any."""
    areas = [(area, f'{len(here)} of {len(here) + len(missing)}', missing) for area, here, missing in names_by_area()]
    if not any(missing for *_, missing in areas):
        yield f'| of aihwkit {VERSION} | names here | | |'
        yield '| --- | --- | --- | --- |'
        half = math.ceil(len(areas) / 2)
        for (area, count, _), (other, others, _) in zip_longest(areas[:half], areas[half:], fillvalue=('', '', [])):
            yield f'| {area} | {count} | {other} | {others} |'
        return
    yield f'| of aihwkit {VERSION} | names here | not here yet |'
    yield '| --- | --- | --- |'
    for area, count, missing in areas:
        shown = missing[::math.ceil(len(missing) / EXAMPLES)] if missing else []
        more = f' and {len(missing) - len(shown)} more' if len(missing) > len(shown) else ''
        yield f'| {area} | {count} | {in_code(shown)}{more} |'.replace('  ', ' ')


def missing_names() -> Iterator[str]:
    """Yield the lines of a list: all names that are not here, by area."""
    areas = list(names_by_area())
    if not any(missing for _, _, missing in areas):
        yield 'All are here.'
    for area, _, missing in areas:
        if missing:
            yield from wrap(f'* {area}: {in_code(missing)}', WIDTH, subsequent_indent='  ', break_on_hyphens=False)


def left_out() -> Iterator[str]:
    """Yield the lines of a table: names that will not be here, and why."""
    yield '| name | why |'
    yield '| --- | --- |'
    yield from (f'| `{name}` | {reason} |' for name, reason in LEFT_OUT.items())


def in_code(names: list[str]) -> str:
    """Return names as code, with commas between them."""
    return ', '.join(f'`{name}`' for name in names)


LISTS = {'<!-- summary -->\n': summary, '<!-- missing names -->\n': missing_names, '<!-- left out -->\n': left_out}
"""The comments after which a file has a list, and what stands in it."""

END = '<!-- end -->\n'
"""The comment that ends a list."""


def with_lists(text: str) -> str:
    """Return a text with its lists written anew."""
    for begin, lines in LISTS.items():
        before, found, rest = text.partition(begin)
        if found:
            text = before + begin + ''.join(f'{line}\n' for line in lines()) + END + rest.partition(END)[2]
    return text


if __name__ == '__main__':
    for path in map(Path, sys.argv[1:]):
        path.write_text(with_lists(path.read_text(encoding='utf-8')), encoding='utf-8')
