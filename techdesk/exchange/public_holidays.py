"""Public holidays of a country, as the `holidays` library knows them (extra `holidays`)."""

from techdesk.errors import BadInput, NeedsExtra


def public_holidays(country: str, years: list[int]) -> list[tuple[str, str]]:
    """The days (YYYY-MM-DD) with their names, in order, of a country (GB) or a part of it (GB-ENG). Raises BadInput, and
    NeedsExtra without the library."""
    try:
        import holidays
    except ImportError as missing:
        raise NeedsExtra("Public holidays by country", "holidays") from missing
    state, _, part = country.strip().upper().partition("-")
    if any(not 1900 <= year <= 2200 for year in years):
        raise BadInput("The year must lie between 1900 and 2200.")
    try:
        found = holidays.country_holidays(state, subdiv=part or None, years=years, language="en_GB")
    except NotImplementedError:
        raise BadInput(f"'{country}' is no country, or part of one, with known holidays: write it as GB-ENG.") from None
    return sorted((day.isoformat(), title) for day, title in found.items())
