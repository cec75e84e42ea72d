"""What the schools have bought, how they wish to be visited, and the rotation that was published from it."""

from datetime import date, datetime, timedelta
from random import Random

from techdesk.demo.days import at
from techdesk.demo.diary import Diary
from techdesk.demo.rounds import PLANNED_BEFORE, STARTS, WEEKS, Round, slots, week_of
from techdesk.demo.trust import Trust
from techdesk.desk.agreements import MoveAgreement, RecordAgreement, RecordWish, wish_id
from techdesk.desk.ids import derived_id
from techdesk.desk.people import RecordLeave, RecordTechnician
from techdesk.desk.publishing import PublishRotation
from techdesk.desk.rotations import DraftRotation

MINUTES, A_VISIT = 180, 96.0
EXPIRING, DRAFTED = 3, 5  # the numbers of the schools whose agreement ends soon, or is not agreed yet


def agree(diary: Diary, rng: Random, trust: Trust, when: datetime, today: date) -> None:
    """An agreement and wishes for each school, the technicians' hours, and somebody's leave next week."""
    end = date(today.year + (today.month >= 8), 7, 31)
    for number, place in enumerate(trust.places):
        large = place.phase == "Secondary"
        visits, id = 13 if large else 7, diary.ids.at(when)
        ends = today + timedelta(days=41) if number == EXPIRING else end
        diary.write(when, trust.me, RecordAgreement(
            id=id, site_id=place.id, provider="Hexbridge ICT", tier="weekly" if large else "fortnightly", visits=visits,
            minutes=visits * MINUTES, included="visits, telephone and remote help", excluded="cabling, parts",
            price=round(visits * A_VISIT * rng.choice((1.0, 1.0, 0.95))), starts=when.date().isoformat(),
            ends=ends.isoformat(), target_1="30m/3h" if large else None))  # fmt: skip
        if number != DRAFTED:
            diary.write(when, trust.me, MoveAgreement(agreement_id=id, state="active"))
        diary.write(when, trust.me, RecordWish(
            id=wish_id(place.id), site_id=place.id, visits=2 if large else 1, weeks=2, minutes=MINUTES,
            technician_id=place.technician.id))  # fmt: skip
    for technician in trust.technicians:
        diary.write(when, technician, RecordTechnician(id=technician.id, working_hours="mon-fri 08:00-16:30"))
    monday = today + timedelta(days=7 - today.weekday())
    away = trust.technicians[-1]
    diary.write(at(today - timedelta(days=20), 12), away, RecordLeave(
        id=diary.ids.at(when), technician_id=away.id, first=(monday + timedelta(days=2)).isoformat(),
        last=(monday + timedelta(days=3)).isoformat(), kind="training", note="Network course"))  # fmt: skip


def publish(diary: Diary, trust: Trust, visits: dict[str, list[Round]], midnight: datetime) -> None:
    """The rotation of the visits that are ahead, published the evening before today."""
    when = midnight - timedelta(hours=8)
    monday = midnight.date() - timedelta(days=midnight.weekday())
    starts = monday - timedelta(weeks=week_of(monday))
    found = [
        (place, week * 7 + day, half) for (week, day), among in sorted(slots(trust).items()) for place, half in among
    ]
    lines = tuple(
        (place.id, day, place.technician.id, half + 1, int(STARTS[half] * 60), MINUTES, 0, None)
        for place, day, half in found
    )
    draft = DraftRotation(
        id=diary.ids.at(when), name=f"Rotation from {starts:%d %B %Y}", weeks=WEEKS, starts=starts.isoformat(),
        first=starts.isoformat(), last=(starts + timedelta(weeks=2 * WEEKS, days=-3)).isoformat(), lines=lines,
    )  # fmt: skip
    mid = diary.ids.of(when, draft)
    ids = {(place.id, day, half): derived_id(mid, number) for number, (place, day, half) in enumerate(found, start=1)}
    dated = tuple(
        (id, f"{each.start:%Y-%m-%d}", each.start.hour * 60 + each.start.minute, each.technician.id)
        for every in visits.values()
        for each in every
        if when < each.start <= when + PLANNED_BEFORE and not each.called_off
        and (id := ids.get((each.place.id, _cycle_day(each.start), int(each.start.hour >= 12))))
    )  # fmt: skip
    diary.write(when, trust.me, draft)
    diary.write(when, trust.me, PublishRotation(rotation_id=draft.id, visits=dated, published=()))


def _cycle_day(moment: datetime) -> int:
    return week_of(moment.date()) * 7 + moment.weekday()
