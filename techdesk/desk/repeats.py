"""Faults that come back: a ticket on the same device, or of the same symptom at the same site, soon after one was ended."""

from datetime import timedelta

from techdesk import clock
from techdesk.desk.tx import Row, Tx

# What decides whether a ticket repeats another.
SAME = frozenset(("device_id", "symptom", "site_id"))
FIXED = ("resolved", "closed")


def earlier(tx: Tx, row: Row) -> str | None:
    """The ticket whose fault came back as this one: the last to be ended, within the organisation's days before this one was
    opened, on the same device; or of the same symptom at the same site. None when there is none."""
    found: list[Row] = []
    if row.get("device_id"):
        found = tx.find("ticket", device_id=row["device_id"], open=0)
    if not found and row.get("symptom") and row.get("site_id"):
        found = tx.find("ticket", site_id=row["site_id"], open=0, symptom=row["symptom"])
    opened = str(row["opened_at"])
    ended = [each for each in found if each["state"] in FIXED and each["id"] != row["id"]]
    ended = [each for each in ended if str(each["closed_at"] or each["resolved_at"] or "9999") <= opened]
    if not ended:
        return None
    from techdesk.desk.rules import published  # 3 ms, which only a device with a past needs

    last = max(ended, key=lambda each: (str(each["closed_at"] or each["resolved_at"]), str(each["id"])))
    since = clock.moment(clock.parse(opened) - timedelta(days=published(tx).repeat_days))
    return str(last["id"]) if str(last["closed_at"] or last["resolved_at"]) >= since else None
