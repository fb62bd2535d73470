"""Netlists: what stands in them, and what ngspice makes of them, node by node."""

import os
import re
import shutil
import subprocess

import numpy as np
import pytest

from aihwlab.physics.circuit import CrossbarCircuit
from aihwlab.physics.netlist import netlist

NGSPICE = shutil.which('ngspice')


def solved(text, folder):
    """Return the voltages of all nodes and the currents of all sources that ngspice finds for a netlist, by name."""
    (folder / 'crossbar.cir').write_text(text)
    subprocess.run([NGSPICE, '-b', '-r', 'crossbar.raw', 'crossbar.cir'], cwd=folder, check=True, capture_output=True,
                   env={**os.environ, 'SPICE_ASCIIRAWFILE': '1'}, timeout=120)
    head, values = (folder / 'crossbar.raw').read_text().split('Values:')
    names = re.findall(r'^\s*\d+\t(\S+)\t', head.split('\nVariables:')[1], re.MULTILINE)
    return dict(zip(names, map(float, values.split()[1:]), strict=True))


@pytest.mark.skipif(NGSPICE is None, reason='ngspice is not installed: apt-get install ngspice')
@pytest.mark.parametrize('rows, columns, row_resistance, column_resistance', [
    (1, 1, 2.0, 3.0), (3, 5, 0.5, 0.5), (1, 7, 1.0, 4.0), (8, 1, 3.0, 1.0), (20, 13, 1e-2, 50.0), (9, 6, 5.0, 0.0),
    (6, 9, 0.0, 5.0), (4, 3, 0.0, 0.0)])
def test_ngspice_finds_the_same_voltages_and_currents(rows, columns, row_resistance, column_resistance, tmp_path):
    rng = np.random.default_rng(5)
    conductance = rng.uniform(1e-6, 1e-3, (rows, columns)) * (rng.random((rows, columns)) > 0.2)
    voltages = rng.uniform(-0.5, 0.5, rows)
    circuit = CrossbarCircuit(conductance, row_resistance, column_resistance)
    found = solved(netlist(circuit, voltages), tmp_path)
    word, bit = circuit.node_voltages(voltages)
    if row_resistance > 0:
        for (i, j), voltage in np.ndenumerate(word):
            assert found[f'v(u{i}_{j})'] == pytest.approx(voltage, rel=1e-6)
    if column_resistance > 0:
        for (i, j), voltage in np.ndenumerate(bit):
            assert found[f'v(d{i}_{j})'] == pytest.approx(voltage, rel=1e-6, abs=1e-15)
    currents = [found[f'i(vcol{j})'] for j in range(columns)]
    np.testing.assert_allclose(currents, circuit.currents(voltages), rtol=1e-6, atol=1e-15)


def test_what_stands_in_a_netlist():
    circuit = CrossbarCircuit([[2e-5, 1e-5], [1e-5, 0.0]], row_resistance=1.5, column_resistance=0.0)
    assert netlist(circuit, [0.2, -0.1]) == '''A crossbar of 2 rows and 2 columns
vrow0 in0 0 0.2
rrow0_0 in0 u0_0 1.5
rrow0_1 u0_0 u0_1 1.5
vrow1 in1 0 -0.1
rrow1_0 in1 u1_0 1.5
rrow1_1 u1_0 u1_1 1.5
vcol0 d0 0 0
vcol1 d1 0 0
rcell0_0 u0_0 d0 50000
rcell0_1 u0_1 d1 100000
rcell1_0 u1_0 d0 100000
.options numdgt=15
.op
.end
'''


@pytest.mark.parametrize('resistances', [(1.0, 2.0), (1.0, 0.0), (0.0, 2.0), (0.0, 0.0)])
def test_every_resistor_of_the_circuit_is_there_once(resistances):
    lines = netlist(CrossbarCircuit(np.full((3, 4), 1e-5), *resistances), np.ones(3)).splitlines()
    names = [line.split()[0] for line in lines[1:] if not line.startswith('.')]
    assert len(set(names)) == len(names)
    counts = {part: sum(name.startswith(part) for name in names) for part in ('vrow', 'vcol', 'rrow', 'rcol', 'rcell')}
    assert counts == {'vrow': 3, 'vcol': 4, 'rrow': 12 * (resistances[0] > 0), 'rcol': 12 * (resistances[1] > 0), 'rcell': 12}


@pytest.mark.parametrize('voltages', [1.0, [1.0], [[0.1, 0.2]], [0.1, float('nan')]])
def test_voltages_that_do_not_fit_are_refused(voltages):
    with pytest.raises(ValueError, match='voltages'):
        netlist(CrossbarCircuit(np.full((2, 2), 1e-5), 1.0, 1.0), voltages)
