"""Values in the words that a person would use."""

UNITS = (('year', 365.25 * 86400.0), ('month', 30.44 * 86400.0), ('day', 86400.0), ('hour', 3600.0), ('minute', 60.0),
         ('second', 1.0))


def time_in_words(seconds: float) -> str:
    """Return a time, s, in the largest unit of which there is at least one: `1 day`, `2.5 hours`."""
    name, length = next((unit for unit in UNITS if seconds >= 0.995 * unit[1]), UNITS[-1])
    count = f'{seconds / length:.1f}'.removesuffix('.0')
    return f'{count} {name}' if count == '1' else f'{count} {name}s'
