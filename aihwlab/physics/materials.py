"""What else can hold a conductance: memories side by side, each with its sources and any models of it.

Each number here comes with the place where it was published; where a property has no number, this table knows of none.
"""

from collections.abc import Collection
from dataclasses import dataclass

REVIEW = 'A. Sebastian et al., Nature Nanotechnology 15, 529, 2020, doi:10.1038/s41565-020-0655-z'
"""The review of memories for computing that most of the descriptions follow."""


@dataclass(frozen=True)
class Fact:
    """A published number.

    Attributes:
        property: what is measured, in words.
        value: the number, or the ends of a range.
        unit: unit of the value; empty for a count or a ratio.
        source: author, journal, year, DOI.
    """

    property: str
    value: float | tuple[float, float]
    unit: str
    source: str

    def number(self) -> str:
        """Return the value as text, without its unit."""
        ends = self.value if isinstance(self.value, tuple) else (self.value,)
        return ' to '.join(f'{end:,g}' for end in ends)


@dataclass(frozen=True)
class Material:
    """A memory that can hold a weight.

    Attributes:
        name: common name and abbreviation.
        state: what holds the state.
        writing: how the state is changed.
        levels: what states there are between the extremes.
        keeping: what becomes of the state over time.
        source: source of the description.
        facts: numbers with their sources.
        models: names of devices in `aihwlab.simulator.presets.devices`; empty if the package has none.
    """

    name: str
    state: str
    writing: str
    levels: str
    keeping: str
    source: str = REVIEW
    facts: tuple[Fact, ...] = ()
    models: tuple[str, ...] = ()


CORRELATION = 'A. Sebastian et al., Nature Communications 8, 1115, 2017, doi:10.1038/s41467-017-01481-9'
INFERENCE = 'V. Joshi et al., Nature Communications 11, 2473, 2020, doi:10.1038/s41467-020-16108-9'
HERMES = 'M. Le Gallo et al., Nature Electronics 6, 680, 2023, doi:10.1038/s41928-023-01010-1'
GROWTH = 'G. Burr et al., Journal of Applied Physics 111, 104308, 2012, doi:10.1063/1.4718574'
RERAM = 'N. Gong et al., Nature Communications 9, 2102, 2018, doi:10.1038/s41467-018-04485-1'
RERAM_ARRAY = 'N. Gong et al., IEDM, 2022, doi:10.1109/IEDM45625.2022.10019569'
RERAM_CHIP = 'W. Wan et al., Nature 608, 504, 2022, doi:10.1038/s41586-022-04992-8'
LITHIUM = 'J. Tang et al., IEDM, 2018, doi:10.1109/IEDM.2018.8614551'
METAL_OXIDE = 'S. Kim et al., IEDM, 2019, doi:10.1109/IEDM19573.2019.8993463'
CAPACITOR = 'Y. Li et al., Symposium on VLSI Technology, 2018, doi:10.1109/VLSIT.2018.8510648'
PHOTONIC = 'J. Feldmann et al., Nature 589, 52, 2021, doi:10.1038/s41586-020-03070-1'

MATERIALS = {
    'PCM': Material(
        'phase-change memory (PCM)',
        state='how large a dome of amorphous, and so insulating, glass is in a layer of chalcogenide',
        writing='heat from a current: melting and quenching make glass (RESET), annealing makes crystal (SET)',
        levels='gradual on crystallising, abrupt on melting: small steps in one direction only',
        keeping='the glass relaxes, so the conductance drifts down as a power of time; 1/f noise on top',
        facts=(Fact('conductance after SET', (0.0, 12.0), 'µS', CORRELATION),
               Fact('current of a 1 µs RESET pulse', 440.0, 'µA', CORRELATION),
               Fact('current of a 50 ns SET pulse', (50.0, 100.0), 'µA', CORRELATION),
               Fact('conductance that stands for the largest weight', 25.0, 'µS', INFERENCE),
               Fact('mean drift exponent', (0.049, 0.1), '', INFERENCE),
               Fact('range of the speed of crystal growth within a few hundred kelvin', 16.0, 'orders of magnitude', GROWTH),
               Fact('energy of one multiplication and addition on a chip, read in one phase', 0.205, 'pJ', HERMES)),
        models=('PCMPresetDevice',)),
    'RRAM': Material(
        'resistive memory (RRAM, ReRAM)',
        state='a filament of oxygen vacancies through an oxide',
        writing='a voltage moves ions: one polarity closes the filament, the other opens it',
        levels='gradual in both directions, but the steps are noisy and shrink towards the bounds',
        keeping='single ions in the filament jump, so the conductance fluctuates around its state',
        facts=(Fact('standard deviation of the fluctuations, in the model', 5.0, '% of the range', RERAM),
               Fact('conductance that stands for the largest weight', 40.0, 'µS', RERAM_CHIP),
               Fact('spread of cells programmed to half of that, after 1 s', 2.02, 'µS', RERAM_CHIP),
               Fact('spread of the same cells after 2 days', 3.93, 'µS', RERAM_CHIP),
               Fact('stuck cells in arrays of two materials', (9.8, 13.5), '%', RERAM_ARRAY)),
        models=('ReRamESPresetDevice', 'ReRamSBPresetDevice', 'ReRamArrayOMPresetDevice',
                'ReRamArrayHfO2PresetDevice')),
    'ECRAM': Material(
        'electrochemical memory (ECRAM)',
        state='ions in the channel of a transistor, which dope it',
        writing='pulses on a gate push ions through an electrolyte into or out of the channel',
        levels='many small steps, nearly equal up and down',
        keeping='the ions stay while the gate is disconnected; a third terminal separates writing from reading',
        source=LITHIUM,
        facts=(Fact('mean steps that span the range, lithium ions, in the model', 1000.0, 'steps', LITHIUM),
               Fact('mean steps that span the range, metal oxides, in the model', 7089.0, 'steps', METAL_OXIDE)),
        models=('EcRamPresetDevice', 'EcRamMOPresetDevice')),
    'capacitor': Material(
        'capacitor and transistors (CMOS)',
        state='charge on a capacitor, read through the transistor whose gate it is connected to',
        writing='two current sources: one adds charge, the other takes it away',
        levels='nearly equal steps up and down',
        keeping='the charge leaks away: for training only',
        source=CAPACITOR,
        facts=(Fact('mean steps that span the range, in the model', 400.0, 'steps', CAPACITOR),),
        models=('CapacitorPresetDevice',)),
    'MRAM': Material(
        'magnetic memory (MRAM)',
        state='whether the magnetisations on the two sides of a tunnel barrier are parallel',
        writing='a spin-polarised current flips the free layer',
        levels='two; a weight of several bits takes several cells',
        keeping='an energy barrier separates the two directions; there is no drift'),
    'Flash': Material(
        'Flash memory',
        state='electrons on a floating gate, which shift the threshold of a transistor',
        writing='electrons tunnel through the oxide at high voltage, or are injected as hot electrons',
        levels='continuous, set by repeated writing and reading; erased in blocks',
        keeping='the charge is trapped behind an oxide and leaks slowly; every write wears the oxide down'),
    'photonic': Material(
        'photonic memory',
        state='the optical absorption of a patch of phase-change material on a waveguide',
        writing='pulses of light, or heaters, melt or crystallise the patch',
        levels='set by how much of the patch is crystalline',
        keeping='as for any phase-change material; many wavelengths can use one matrix at once',
        source=PHOTONIC),
}
"""The memories, by abbreviation."""


def sources(material: Material) -> list[str]:
    """Return the sources of a material, each of them once, beginning with that of the description."""
    return list(dict.fromkeys([material.source, *(fact.source for fact in material.facts)]))


def markdown_table(names: Collection[str] = tuple(MATERIALS)) -> str:
    """Return two tables in Markdown, of the memories and of their published numbers, and below them the list of sources.

    Each memory has a row in the first table, each number a row of its own in the second.

    Args:
        names: which memories to show, by abbreviation.

    Raises:
        ValueError: if a name is not in `MATERIALS`.
    """
    for name in names:
        if name not in MATERIALS:
            raise ValueError(f'{name!r} is not a material listed here: must be one of {", ".join(map(repr, MATERIALS))}')
    chosen = {name: MATERIALS[name] for name in names}
    place = {source: number for number, source in enumerate(
        dict.fromkeys(source for material in chosen.values() for source in sources(material)), start=1)}
    memories = [[f'**{material.name}** [{place[material.source]}]', material.state, material.writing, material.levels,
                 material.keeping, '<br>'.join(f'`{model}`' for model in material.models) or '–']
                for material in chosen.values()]
    numbers = [[name, fact.property, fact.number(), fact.unit or '–', f'[{place[fact.source]}]']
               for name, material in chosen.items() for fact in material.facts]
    return '\n\n'.join([table(['memory', 'state', 'written by', 'levels', 'over time', 'models here'], memories),
                        table(['memory', 'published number', 'value', 'unit', 'source'], numbers),
                        '\n'.join(f'{number}. {source}' for source, number in place.items())])


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    return '\n'.join(f'| {" | ".join(row)} |' for row in [head, ['---'] * len(head), *rows])
