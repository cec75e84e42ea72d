"""How often something comes round: in words that people type, and as the next date."""

import calendar
import re
from datetime import date, timedelta

from techdesk.errors import BadInput

VISIT = "each visit"
# What people say, as so many days or months.
NAMED = {
    "daily": "1 day", "weekly": "1 week", "fortnightly": "2 weeks", "monthly": "1 month", "termly": "4 months",
    "half-yearly": "6 months", "yearly": "12 months",
}  # fmt: skip
EVERY = re.compile(r"(?:every )?([1-9][0-9]{0,2}) ?(day|week|month)s?")


def frequency(text: str) -> str:
    """What a person typed, as it is kept: `each visit`, one of NAMED, or `3 weeks`. Raises BadInput."""
    words = " ".join(text.split()).casefold()
    if words in (VISIT, "visit", "every visit"):
        return VISIT
    if words in NAMED:
        return words
    found = EVERY.fullmatch(words)
    if found is None:
        raise BadInput(f"'{text}' is not how often: write each visit, {', '.join(NAMED)}, or a number as in 3 weeks.")
    count, unit = int(found[1]), found[2]
    return f"{count} {unit}{'' if count == 1 else 's'}"


def next_due(often: str, last: date) -> date:
    """The date on which what was last done then is due again. Three terms make a year, so termly is every four months."""
    if often == VISIT:
        return last + timedelta(days=1)
    found = EVERY.fullmatch(NAMED.get(often, often))
    if found is None:  # written by a later techdesk, that knows more words
        return last + timedelta(days=7)
    count, unit = int(found[1]), found[2]
    if unit != "month":
        return last + timedelta(days=count * (7 if unit == "week" else 1))
    year, month = divmod(last.year * 12 + last.month - 1 + count, 12)
    return date(year, month + 1, min(last.day, calendar.monthrange(year, month + 1)[1]))
