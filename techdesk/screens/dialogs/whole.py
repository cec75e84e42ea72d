"""Whole numbers as they are typed. A field takes every key and the number is judged on Enter: one that left keys out would
make 25 of 2.5 unseen."""

from techdesk.errors import BadInput


def whole(text: str, what: str) -> int:
    """The number that is typed; `what` names it at the beginning of a sentence. Raises BadInput for anything else than
    digits."""
    typed = text.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 8):
        raise BadInput(f"{what}: '{typed}' is no whole number of 0 or more. Correct it.")
    return int(typed)
