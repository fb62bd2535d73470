"""All benchmarks in one Markdown table, each measurement beside what it is compared with.

    python tests/benchmarks/report.py [--only lenet5_step linear_tile ...] [--rounds 10] [--folder FOLDER]

With a folder, plots of how time grows with batch, size and pulse length are saved there.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

TOPICS = ['lenet5_step', 'evaluation', 'linear_tile', 'device_updates', 'pulse_length', 'bound_management', 'memory',
          'startup']
HEAD = '| what | case | aihwlab | beside it (ratio) |\n| --- | --- | --- | --- |'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--only', nargs='+', choices=TOPICS, default=TOPICS, help='some of the benchmarks')
    parser.add_argument('--rounds', type=int, default=10, help='how often contestants take turns')
    parser.add_argument('--folder', type=Path, help='where to save plots')
    arguments = parser.parse_args()
    rows = []
    print(HEAD)
    for topic in arguments.only:
        for row in import_module(topic).rows(arguments.rounds):
            rows.append(row)
            print(line(row), flush=True)
    if arguments.folder:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        for path in plots(rows, arguments.folder):
            print(f'saved {path}', file=sys.stderr)


def line(row):
    """Return a row of the table."""
    case = row.case if row.at is None else f'{row.case}, {row.at[0]} {row.at[1]}'
    beside = '; '.join(f'{name} {number(value, row.unit)} ({row.value / value:.3g})' for name, value in row.beside.items())
    return f'| {row.topic} | {case} | {number(row.value, row.unit)} | {beside} |'


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
