"""The table of memories: every number has a source, every model exists and has the numbers of the table."""

import re

import pytest

from aihwlab.physics.materials import MATERIALS, markdown_table, sources
from aihwlab.simulator.presets import devices


def numbers_of(name):
    return {fact.property: fact.value for fact in MATERIALS[name].facts}


def steps(name):
    """Return how many mean steps span the range of a preset."""
    device = getattr(devices, name)()
    return (device.w_max - device.w_min) / device.dw_min


@pytest.mark.parametrize('name', MATERIALS)
def test_every_description_and_number_has_a_source_with_a_doi(name):
    for source in sources(MATERIALS[name]):
        assert re.search(r', (19|20)\d\d, doi:10\.\d{4}/\S+$', source), source


@pytest.mark.parametrize('name', MATERIALS)
def test_every_model_is_a_preset(name):
    assert set(MATERIALS[name].models) <= set(devices.__all__)


def test_every_measured_preset_belongs_to_a_material():
    linked = {model for material in MATERIALS.values() for model in material.models}
    assert set(devices.__all__) - linked == {'IdealizedPresetDevice', 'GokmenVlasovPresetDevice'}


def test_numbers_of_models_are_those_of_the_presets():
    ecram = numbers_of('ECRAM')
    assert ecram['mean steps that span the range, lithium ions, in the model'] == pytest.approx(
        steps('EcRamPresetDevice'))
    assert ecram['mean steps that span the range, metal oxides, in the model'] == pytest.approx(
        steps('EcRamMOPresetDevice'), abs=0.5)
    assert numbers_of('capacitor')['mean steps that span the range, in the model'] == pytest.approx(
        steps('CapacitorPresetDevice'))
    reram, fluctuations = devices.ReRamESPresetDevice(), numbers_of('RRAM')[
        'standard deviation of the fluctuations, in the model']
    assert fluctuations == pytest.approx(100 * reram.dw_min * reram.write_noise_std / (reram.w_max - reram.w_min), rel=0.02)


def test_the_spread_of_resistive_memory_is_that_of_the_published_polynomials():
    polynomials = [(0.348, 16.030, -43.853, 45.393, -16.815), (0.782, 20.274, -43.507, 37.062, -11.934)]
    numbers = numbers_of('RRAM')
    spread = [numbers['spread of cells programmed to half of that, after 1 s'],
              numbers['spread of the same cells after 2 days']]
    assert spread == pytest.approx([sum(c * 0.5 ** k for k, c in enumerate(each)) for each in polynomials], abs=0.006)


def test_the_tables_have_a_row_for_each_memory_and_for_each_number_and_list_each_source_once():
    table = markdown_table()
    memories, numbers, listed = (part.splitlines() for part in table.split('\n\n'))
    assert len(memories) == len(MATERIALS) + 2 and {row.count('|') for row in memories} == {7}
    facts = [(name, fact) for name, material in MATERIALS.items() for fact in material.facts]
    assert len(numbers) == len(facts) + 2 and {row.count('|') for row in numbers} == {6}
    for row, (name, fact) in zip(numbers[2:], facts):
        assert row.startswith(f'| {name} | {fact.property} | {fact.number()} | {fact.unit or "–"} | [')
        assert listed[int(re.search(r'\[(\d+)\] \|$', row)[1]) - 1].endswith(f'. {fact.source}')
    names = [line.partition('. ')[2] for line in listed]
    assert len(names) == len(set(names)) == len({source for each in MATERIALS.values() for source in sources(each)})
    cited = {int(number) for number in re.findall(r'\[(\d+)\]', table)}
    assert cited == set(range(1, len(listed) + 1))


def test_a_number_is_written_without_its_unit():
    facts = {fact.property: fact for fact in MATERIALS['PCM'].facts}
    assert facts['conductance after SET'].number() == '0 to 12' and facts['conductance after SET'].unit == 'µS'
    assert facts['current of a 1 µs RESET pulse'].number() == '440'


def test_an_unknown_memory_is_refused():
    with pytest.raises(ValueError, match="'paper' is not a material listed here: must be one of 'PCM', 'RRAM'"):
        markdown_table(['PCM', 'paper'])
