"""All benchmarks in one Markdown table, each measurement beside what it is compared with.

    python tests/benchmarks/report.py [--only lenet5_step linear_tile ...] [--rounds 10] [--folder FOLDER] [--before FILE]

With a folder, plots of how time grows with batch, size and pulse length are saved there, and `report.json` with all numbers
and the machine. With `--before`, such a file of an earlier run, each row also says how many times as long it took then; rows
that stand beside another contestant are compared by their ratios to it, which depend less on the machine.
"""

import argparse
import json
import platform
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from measuring import Row

TOPICS = ['lenet5_step', 'algorithm_steps', 'evaluation', 'linear_tile', 'device_updates', 'pulse_length', 'bound_management',
          'memory', 'startup']
HEAD = '| what | case | aihwlab | beside it (ratio) |\n| --- | --- | --- | --- |'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--only', nargs='+', choices=TOPICS, default=TOPICS, help='some of the benchmarks')
    parser.add_argument('--rounds', type=int, default=10, help='how often contestants take turns')
    parser.add_argument('--folder', type=Path, help='where to save plots')
    parser.add_argument('--before', type=Path, help='the report.json of an earlier run to compare with')
    arguments = parser.parse_args()
    rows = []
    before = earlier(arguments.before) if arguments.before else {}
    print(HEAD)
    for topic in arguments.only:
        for row in import_module(topic).rows(arguments.rounds):
            rows.append(row)
            print(line(row, before.get(key(row))), flush=True)
    if arguments.folder:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        (arguments.folder / 'report.json').write_text(json.dumps(dict(
            machine=machine(), rows=[row._asdict() for row in rows]), indent=1))
        for path in plots(rows, arguments.folder):
            print(f'saved {path}', file=sys.stderr)


def machine():
    """Return what the numbers depend on."""
    return dict(processor=processor(), system=platform.platform(), python=platform.python_version(),
                packages={name: version(name) for name in ('numpy', 'numba', 'torch')})


def processor():
    """Return the name of the processor, where the system tells it."""
    path = Path('/proc/cpuinfo')
    lines = path.read_text().splitlines() if path.exists() else []
    names = [text.split(':')[1].strip() for text in lines if 'model name' in text]
    return names[0] if names else platform.processor()


def key(row):
    """Return what a row is known by in another run."""
    return row.topic, row.case, tuple(row.at or ())


def earlier(path):
    """Return the rows of an earlier run."""
    rows = [Row(**row) for row in json.loads(path.read_text())['rows']]
    return {key(row): row for row in rows}


def times_as_long(row, before):
    """Return how many times as long a measurement took before; by the ratios to the first contestant beside both, if any."""
    common = next((name for name in row.beside if before.beside.get(name)), None)
    if common is None:
        return before.value / row.value
    return before.value / before.beside[common] * row.beside[common] / row.value


def line(row, before=None):
    """Return a row of the table."""
    case = row.case if row.at is None else f'{row.case}, {row.at[0]} {row.at[1]}'
    beside = '; '.join(f'{name} {number(value, row.unit)} ({row.value / value:.3g})' for name, value in row.beside.items())
    then = '' if before is None else f'; before ({times_as_long(row, before):.3g})'
    return f'| {row.topic} | {case} | {number(row.value, row.unit)} | {beside}{then} |'


def number(value, unit):
    """Return a value with three digits and a unit that suits it."""
    if unit == 's' and value < 1:
        value, unit = (1e3 * value, 'ms') if value >= 1e-3 else (1e6 * value, 'us')
    return f'{value:.0f} {unit}' if value >= 100 else f'{value:.3g} {unit}'


def plots(rows, folder):
    """Save a plot for each topic and quantity that varies; yield their paths."""
    from matplotlib.figure import Figure
    varying = [row for row in rows if row.at]
    for topic, quantity in dict.fromkeys((row.topic, row.at[0]) for row in varying):
        figure = Figure(figsize=(6, 4), layout='constrained')
        axes = figure.subplots()
        chosen = [row for row in varying if (row.topic, row.at[0]) == (topic, quantity)]
        for color, case in enumerate(dict.fromkeys(row.case for row in chosen)):
            curve = [row for row in chosen if row.case == case]
            places = [row.at[1] for row in curve]
            axes.loglog(places, [row.value for row in curve], f'C{color}o-', label=f'aihwlab, {case}')
            for style, other in zip(('s:', '^:', 'v:'), curve[0].beside):
                axes.loglog(places, [row.beside[other] for row in curve], f'C{color}{style}', label=f'{other}, {case}')
        axes.set(title=topic, xlabel=quantity, ylabel=f'time in {chosen[0].unit}')
        axes.legend(fontsize='small')
        path = folder / f'{topic} by {quantity}.png'.replace(' ', '_').replace(',', '')
        figure.savefig(path, dpi=120)
        yield path


if __name__ == '__main__':
    main()
