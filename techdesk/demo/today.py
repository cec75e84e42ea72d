"""The visit under way: the laptop's technician at the first school, some of it done, one thing being worked on."""

from datetime import datetime, timedelta
from typing import Any

from techdesk.clock import moment
from techdesk.demo import maintenance
from techdesk.demo.days import at
from techdesk.demo.diary import Diary
from techdesk.demo.dispatched import Going
from techdesk.demo.shapes import Part, Place
from techdesk.demo.spares import Use, eve_of
from techdesk.demo.trust import Trust
from techdesk.demo.vocabulary import words
from techdesk.desk.closing import CloseTicket
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import AddTask, PlanVisit, SetTask, StartVisit
from techdesk.desk.work import LogWork, StartWork

LONG, SINCE = timedelta(minutes=180), timedelta(minutes=70)


def window(now: datetime) -> tuple[datetime, datetime]:
    """When the visit under way began and is to end: it began over an hour ago, but today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = max(midnight, now - SINCE).replace(second=0, microsecond=0)
    return start, start + LONG


def waiting() -> int:
    """How many tickets the visit under way is about, at most."""
    return len(words("today")["ticket"])


class Today:
    """Writes the visit under way into the diary."""

    def __init__(self, diary: Diary, trust: Trust, parts: list[Part], now: datetime) -> None:
        self._diary, self._trust, self._parts, self._now = diary, trust, parts, now
        self._place, self._me = trust.places[0], trust.me
        self._start, self._end = window(now)
        self._visit = diary.ids.at(self._start)
        self.uses: list[Use] = []
        self.going = Going(self._visit, self._place.id, self._place.at, self._start, self._end)

    def live(self, number: int) -> None:
        """The visit with so many of its tickets."""
        diary, me = self._diary, self._me
        diary.write(eve_of(self._start.date()) - timedelta(days=7), me, PlanVisit(
            id=self._visit, site_id=self._place.id, technician_id=me.id, planned_start=moment(self._start),
            planned_end=moment(self._end)))  # fmt: skip
        tickets = words("today")["ticket"][:number]
        waiting = [(self._log(ticket), ticket) for ticket in tickets]
        self._steps()
        diary.write(self._part(0.01), me, StartVisit(visit_id=self._visit, travel_minutes=14, mileage=6.2))
        maintenance.live(diary, self._place, eve_of(self._start.date()), self._part)
        diary.write(self._part(0.01), me, LogWork(minutes=14, visit_id=self._visit, mode="travel"))
        finished = [each for each in waiting if each[1]["became"] == "done"]
        for each, share in zip(finished, (0.3, 0.6), strict=False):
            self._finish(*each, self._part(share))
        for id, ticket in waiting:
            if ticket["became"] == "doing":
                diary.write(self._part(0.84), me, StartWork(ticket_id=id))

    def _part(self, share: float) -> datetime:
        """A moment of the visit so far: 0 is its start, 1 is now."""
        return self._start + (self._now - self._start) * share

    def _log(self, ticket: dict[str, Any]) -> str:
        captured, elsewhere = ticket["became"] == "captured", ticket["became"] == "elsewhere"
        place = self._trust.places[ticket.get("school", 0) % len(self._trust.places)]
        when = (
            self._part(0.7 if captured else 0.8 - 0.05 * ticket["school"])
            if captured or elsewhere
            else self._reported(ticket["days"])
        )
        id = self._diary.ids.at(when)
        devices = place.of_kind(ticket["kind"], ticket["room"]) or place.of_kind(ticket["kind"])
        self._diary.write(when, self._me, LogTicket(
            id=id, text=ticket["text"], site_id=place.id, room=_room(place, ticket["room"]),
            reporter=_reporter(place, ticket), device_id=devices[0].id if devices else None, category=ticket["category"],
            impact=ticket["rank"][0], urgency=ticket["rank"][1], channel=ticket["channel"],
            visit_id=self._visit if captured else None))  # fmt: skip
        return id

    def _reported(self, days: int) -> datetime:
        """A working moment so many days ago, and before the visit."""
        if days == 0:
            return max(
                self._start - timedelta(minutes=50), self._now.replace(hour=0, minute=0, second=0, microsecond=0)
            )
        day = self._start.date() - timedelta(days=days)
        return at(eve_of(day + timedelta(days=1)).date(), 8.7 + days * 0.47)

    def _finish(self, id: str, ticket: dict[str, Any], when: datetime) -> None:
        devices = self._place.of_kind(ticket["kind"], ticket["room"])
        suited = [
            part for part in self._parts if part.does == ticket.get("part") and devices and part.suits(devices[0].model)
        ]
        self.uses += [Use(when, self._me, part, 1) for part in suited[:1]]
        self._diary.write(when, self._me, CloseTicket(
            ticket_id=id, resolution=ticket["fix"], minutes=ticket["minutes"], cause=ticket["cause"], told=True,
            parts=tuple((part.id, 1) for part in suited[:1]), timeliness=5, quality=5))  # fmt: skip

    def _steps(self) -> None:
        """The visit's maintenance: planned on the eve, some of it done."""
        for step in words("today")["step"]:
            task, eve = self._diary.ids.at(self._start), eve_of(self._start.date())
            room, minutes = _room(self._place, step["room"]), step["minutes"]
            self._diary.write(eve, self._me, AddTask(
                id=task, visit_id=self._visit, title=step["title"], room=room, estimate=minutes))  # fmt: skip
            if step["done"]:
                when = self._part(0.72)
                self._diary.write(when, self._me, SetTask(task_id=task, state="done", actual=minutes))
                self._diary.write(when, self._me, LogWork(
                    minutes=minutes, visit_id=self._visit, proactive=1, note=step["title"]))  # fmt: skip


def _room(place: Place, room: str) -> str:
    return room if room in place.rooms else "Office"


def _reporter(place: Place, ticket: dict[str, Any]) -> str:
    people = [person for person in place.people if person.role == ticket["role"]]
    there = [person for person in people if person.room == ticket["room"]]
    return (there or people or place.people)[0].name
