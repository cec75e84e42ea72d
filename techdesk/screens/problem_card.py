"""What is drawn of a proposal, a problem or a change: all that is known, and what can be done next."""

from __future__ import annotations

from typing import Any

from techdesk import clock
from techdesk.models.queries.problem_board import BoardCard, BoardLine
from techdesk.screens.browsing import Card
from techdesk.screens.glyphs import age_text, day_text, state_text

MOST = 30
WORDS = {"rfc": "asked for"}
# What is done next, by kind and state.
NEXT = {
    "proposed": "y takes it as a problem",
    "logged": "y: it is looked into; e writes down symptoms, cause, workaround",
    "investigating": "e writes down the cause or what helps, then y: it is a known error",
    "known_error": "+ asks for a change; c: it is resolved",
    "change_raised": "c: it is resolved",
    "resolved": "y closes it; R: it is back",
    "rfc": "y approves it; e: way back, supplier's consent, window",
    "approved": "e gives it a window, then y plans it",
    "planned": "y: it is done; p puts a task on the next visits; m: backed out",
    "implemented": "y closes it; m: backed out",
    "rejected": "R asks for it again",
    "backed_out": "R asks for it again",
}


def state_words(line: BoardLine) -> str:
    """A state as one says it."""
    return WORDS.get(line.state, line.state.replace("_", " "))


def tell_row(answer: BoardCard, card: Card, zone: str) -> None:
    """Everything about a row of the board."""
    line, fields, ink = answer.line, answer.fields, card.ink
    card.line((line.title, "bold"))
    if line.state in NEXT:
        card.line((f"{ink.signs.so} {NEXT[line.state]}", ink.accent))
    if line.kind == "proposal":
        card.line((line.hint, ""))
    elif line.kind == "problem":
        _tell_problem(answer, card)
    else:
        _tell_change(fields, card, zone)
    _tell_changes(answer, card)
    _tell_affected(answer, card)
    _tell_tickets(answer, card)
    _tell_history(answer, card, zone)


def _tell_problem(answer: BoardCard, card: Card) -> None:
    fields, ink = answer.fields, card.ink
    facts = (fields["model"], fields["site"], fields["service"], fields["category"], fields["owner"],
             f"known for {age_text(fields['opened_at'], ink.now)}")  # fmt: skip
    card.line((f" {ink.signs.dot} ".join(filter(None, facts)), ink.muted))
    for name in ("workaround", "symptoms", "cause", "resolution"):
        if fields[name]:
            card.line((name.capitalize(), ink.accent))
            card.words(f"{fields[name]}", "bold" if name == "workaround" else "")


def _tell_change(fields: dict[str, Any], card: Card, zone: str) -> None:
    starts, ends = (clock.local(fields[name], zone) if fields[name] else None for name in ("starts", "ends"))
    window = f"{starts:%a} {day_text(starts)} {starts:%H:%M} to {ends:%H:%M}" if starts and ends else "none yet"
    consent = fields["consent"] or ("not yet" if fields["supplier"] else None)
    for name, value in (("why", fields["reason"]), ("risk", fields["risk"]), ("window", window),
                        ("who notices", fields["affected"]), ("way back", fields["back_out"] or "none yet"),
                        ("supplier", fields["supplier"]), ("their consent", consent), ("problem", fields["problem"]),
                        ("model", fields["model"]), ("decided by", fields["decided_by"])):  # fmt: skip
        card.fact(name, value)


def _tell_changes(answer: BoardCard, card: Card) -> None:
    if answer.changes:
        card.heading("Changes")
    for each in answer.changes:
        state = WORDS.get(each["state"], each["state"].replace("_", " "))
        card.line((each["ref"], "bold"), (state, card.ink.muted), (each["title"], ""))


def _tell_affected(answer: BoardCard, card: Card) -> None:
    if answer.models:
        card.heading("Models")
    for model in answer.models:
        card.line(
            (model["name"], "bold"),
            (f"{_of(model['devices'], 'device')}, {_of(model['tickets'], 'ticket')}", card.ink.muted),
        )
    if answer.sites:
        card.heading(f"Schools: {len(answer.sites)}")
    for site in answer.sites[:MOST]:
        visit = site.get("visit")
        said = [_of(site["devices"], "device") if site["devices"] else "",
                _of(site["tickets"], "ticket") if site.get("tickets") else "",
                f"next visit {visit[:10]}" if visit else ""]  # fmt: skip
        card.line((site["name"], ""), (", ".join(filter(None, said)), card.ink.muted))


def _of(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _tell_tickets(answer: BoardCard, card: Card) -> None:
    if answer.line.kind != "change":
        open_ones = sum(each["open"] for each in answer.tickets)
        card.heading(f"Tickets: {len(answer.tickets)}, {open_ones} open", "J links more" if answer.fields else "")
    for each in answer.tickets[:MOST]:
        card.line((each["ref"], "bold"), (state_text(each["state"], each["hold_reason"]), card.ink.muted),
                  (each["title"], ""), (each["site"], card.ink.muted))  # fmt: skip
    if len(answer.tickets) > MOST:
        card.line((f"and {len(answer.tickets) - MOST} more", card.ink.muted))


def _tell_history(answer: BoardCard, card: Card, zone: str) -> None:
    if answer.history:
        card.heading("History, the newest first")
    for event in reversed(answer.history):
        when = clock.local(event["at"], zone)
        state = WORDS.get(event["state"], event["state"].replace("_", " "))
        card.line((f"{day_text(when):>6} {when:%H:%M}", card.ink.muted), (event["command"], "bold"), (state, ""),
                  (event["by"], ""), (event["note"], ""))  # fmt: skip
