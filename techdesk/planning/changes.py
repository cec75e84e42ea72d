"""What differs between a plan and the one before it."""

from collections.abc import Sequence

from techdesk.planning.cycle import Change, PlannedVisit


def changes_between(before: Sequence[PlannedVisit], after: Sequence[PlannedVisit]) -> tuple[Change, ...]:
    """What differs: a visit counts as the same when site, day and technician are. Visits of a site that moved are paired
    in the order of their days."""
    found: list[Change] = []
    sites = dict.fromkeys([visit.site for visit in before] + [visit.site for visit in after])
    for site in sites:
        old = {(visit.day, visit.technician): visit for visit in before if visit.site == site}
        new = {(visit.day, visit.technician): visit for visit in after if visit.site == site}
        gone = [old[key] for key in sorted(old.keys() - new.keys())]
        come = [new[key] for key in sorted(new.keys() - old.keys())]
        for index in range(max(len(gone), len(come))):
            found.append(
                Change(
                    site=site,
                    before=gone[index] if index < len(gone) else None,
                    after=come[index] if index < len(come) else None,
                )
            )
    return tuple(found)
