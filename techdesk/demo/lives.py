"""What becomes of each ticket: triaged, assigned, worked on at a visit or from afar, held, closed, reopened."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from techdesk.demo.cases import Case
from techdesk.demo.days import soon
from techdesk.demo.diary import Diary
from techdesk.demo.rounds import Round
from techdesk.demo.shapes import Technician
from techdesk.demo.spares import Use
from techdesk.demo.trust import Trust
from techdesk.demo.vocabulary import words
from techdesk.desk.closing import CancelTicket, CloseTicket, ReopenTicket
from techdesk.desk.holds import EscalateTicket
from techdesk.desk.story import HOLD_REASONS
from techdesk.desk.surveys import AnswerSurvey
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket, NoteTicket
from techdesk.desk.work import HoldTicket, LogWork, StartWork, StopWork

TAGS = ("trolley", "warranty", "exams", "safeguarding", "loan", "second time")
UNENDED = ("new", "triaged", "assigned", "assigned", "in_progress", "on_hold", "on_hold", "on_hold", "reopened")


class Lives:
    """Writes tickets' lives into the diary, over the rotation's visits before `now` (today's midnight), and keeps what they
    use of spares."""

    def __init__(self, diary: Diary, rng: Random, trust: Trust, rounds: dict[str, list[Round]], now: datetime) -> None:
        self._diary, self._rng, self._trust, self._rounds, self._now = diary, rng, trust, rounds, now
        self.uses: list[Use] = []

    def live_all(self, cases: Iterable[Case]) -> None:
        """Each ticket's life, in the order in which they came (a visit's time goes to those that came first)."""
        holds = list(HOLD_REASONS)
        for case in cases:
            if case.open:
                self._unended(case, holds)
            else:
                self._ended(case)

    # How a ticket begins.

    def _log(self, case: Case, *, ranked: bool, owner: Technician | None = None) -> None:
        rng, technical = self._rng, case.trouble.category in ("network", "server", "security")
        self._diary.write(case.opened, case.place.technician, LogTicket(
            id=case.id, text=case.text, kind=case.trouble.kind, site_id=case.place.id, room=case.room,
            reporter=None if case.channel == "monitoring" else case.person.name,
            device_id=case.device.id if case.device and case.known_device else None,
            category=case.trouble.category if ranked or owner else None,
            tags=rng.choice(TAGS) if rng.random() < 0.08 else None,
            impact=case.impact if ranked else None, urgency=case.urgency if ranked else None, channel=case.channel,
            owner_id=owner.id if owner else None, role="technical" if technical else "support"))  # fmt: skip

    def _triage(self, case: Case, hours: float = 3) -> datetime:
        """Says how bad it is, what it is and which device it is."""
        when = soon(self._rng, case.opened, hours)
        self._diary.write(when, case.place.technician, EditTicket(
            id=case.id, impact=case.impact, urgency=case.urgency, symptom=case.trouble.symptom,
            category=case.trouble.category, service=case.trouble.service))  # fmt: skip
        return when

    def _begin(self, case: Case) -> datetime:
        """The ticket captured, triaged and often assigned. Returns when that was done."""
        rng, done = self._rng, case.opened
        self._log(case, ranked=rng.random() < 0.6, owner=case.place.technician if rng.random() < 0.12 else None)
        if rng.random() < 0.5:
            done = self._triage(case)
        if rng.random() < 0.35:
            done = soon(rng, done, 3)
            network = case.trouble.category in ("network", "server") and rng.random() < 0.4
            self._diary.write(done, case.place.technician, AssignTicket(
                ticket_id=case.id, owner_id=None if network else self._whose(case).id,
                role="technical" if network else None))  # fmt: skip
        if rng.random() < 0.2:
            done = self._note(case, done, rng.choice(("remote", "visit", "found")))
        return done

    def _whose(self, case: Case) -> Technician:
        own = case.place.technician
        return own if self._rng.random() < 0.85 else self._rng.choice(self._trust.technicians)

    def _note(self, case: Case, after: datetime, kind: str) -> datetime:
        when = soon(self._rng, after, 4)
        text = self._rng.choice(words("voices")["notes"][kind]).format(who=case.person.name)
        self._diary.write(when, case.place.technician, NoteTicket(ticket_id=case.id, text=text))
        return when

    # How it ends.

    def _ended(self, case: Case) -> None:
        rng, begun = self._rng, self._begin(case)
        if case.twin is not None and rng.random() < 0.9:
            when = soon(rng, begun, 4)
            self._diary.write(when, case.place.technician, CancelTicket(
                ticket_id=case.id, reason="Same fault, reported twice.", duplicate_of=case.twin.id))  # fmt: skip
            return
        if rng.random() < 0.025:
            reason = rng.choice(words("voices")["withdrawn"]["words"]).format(who=case.person.name)
            self._diary.write(
                soon(rng, begun, 30), case.place.technician, CancelTicket(ticket_id=case.id, reason=reason)
            )
            return
        if rng.random() < 0.13:
            begun = self._hold(case, begun, rng.choice(HOLD_REASONS)) or begun
        closed = self._close(case, begun)
        if rng.random() < 0.05:
            again = self._reopen(case, closed)
            self._close(case, again)

    def _close(self, case: Case, after: datetime) -> datetime:
        """Closes at the next visit with room, or from afar; what cannot wait is gone to on the same day."""
        rng = self._rng
        if case.rank == 1 or (case.rank == 2 and rng.random() < 0.5):
            return self._close_at_once(case, after)
        if rng.random() * 10 >= case.trouble.remote:
            for visit in self._visits_after(case, after):
                begins = visit.take(case.minutes)
                if begins is not None:
                    visit.done += 1
                    return self._close_in_visit(case, visit, begins)
        when = soon(rng, after, rng.choice((4, 8, 26, 50, 74)))
        self._diary.write(when, case.place.technician, LogWork(
            ticket_id=case.id, minutes=case.minutes, mode="remote", note=case.fix))  # fmt: skip
        self._finish(case, when, case.place.technician, minutes=0, told=0.35)
        return when

    def _visits_after(self, case: Case, after: datetime) -> list[Round]:
        """The next three visits to the school before today."""
        coming = [visit for visit in self._rounds[case.place.id] if after < visit.start < self._now]
        return coming[:3]

    def _close_in_visit(self, case: Case, visit: Round, begins: datetime) -> datetime:
        if self._rng.random() < 0.65:
            self._diary.write(begins, visit.technician, StartWork(ticket_id=case.id))
            ends, minutes = begins + timedelta(minutes=case.minutes), None
        else:
            ends, minutes = begins + timedelta(minutes=case.minutes), case.minutes
        self._finish(case, ends, visit.technician, minutes=minutes, told=0.8)
        return ends

    def _close_at_once(self, case: Case, after: datetime) -> datetime:
        rng, who = self._rng, case.place.technician
        when = soon(rng, after, 2)
        if rng.random() < 0.6:
            travel = rng.randint(9, 35)
            self._diary.write(when, who, LogWork(ticket_id=case.id, minutes=travel, mode="travel", note="Called out."))
        if rng.random() < 0.3:
            note = rng.choice(words("voices")["visits"]["waiting"])
            self._diary.write(when, who, LogWork(
                ticket_id=case.id, minutes=rng.choice((10, 20, 47)), mode="waiting", note=note))  # fmt: skip
        ends = when + timedelta(minutes=case.minutes)
        self._finish(case, ends, who, minutes=case.minutes, told=0.9)
        return ends

    def _finish(self, case: Case, when: datetime, who: Technician, *, minutes: int | None, told: float) -> None:
        rng = self._rng
        waited = (when - case.opened).days
        asked = rng.random() < 0.22
        timeliness = max(1, min(5, rng.choice((5,) * 6 + (4,) * 4 + (3,)) - waited // 15)) if asked else None
        quality = rng.choice((5,) * 9 + (4,) * 6 + (3, 2)) if asked else None
        parts: tuple[tuple[str, int], ...] = ()
        if case.part is not None:
            quantity = 2 if case.part.does in ("mouse", "patch lead") and rng.random() < 0.3 else 1
            parts = ((case.part.id, quantity),)
            self.uses.append(Use(when, who, case.part, quantity))
        self._diary.write(when, who, CloseTicket(
            ticket_id=case.id, resolution=case.fix, minutes=minutes, parts=parts, cause=case.cause,
            told=rng.random() < told, timeliness=timeliness, quality=quality))  # fmt: skip
        if not asked and rng.random() < 0.14:
            self._answer(case, soon(rng, when, 50))

    def _answer(self, case: Case, when: datetime) -> None:
        rng, survey = self._rng, words("voices")["survey"]
        quality = rng.choice((5,) * 7 + (4,) * 5 + (3, 2))
        comment = rng.choice(survey["good"] if quality > 3 else survey["poor"]) if rng.random() < 0.5 else None
        self._diary.write(when, case.place.technician, AnswerSurvey(
            ticket_id=case.id, timeliness=max(1, quality - rng.choice((0, 0, 1))), quality=quality, comment=comment,
            answered_by=case.person.name, collected=rng.choice(("on_paper", "later"))))  # fmt: skip

    def _reopen(self, case: Case, closed: datetime) -> datetime:
        when = soon(self._rng, closed + timedelta(hours=20), 40)
        reason = self._rng.choice(words("voices")["reopened"]["words"]).format(who=case.person.name)
        self._diary.write(when, case.place.technician, ReopenTicket(ticket_id=case.id, reason=reason))
        return when

    def _hold(self, case: Case, after: datetime, reason: str) -> datetime | None:
        """Looks at it at a visit and puts it on hold; None when there was no visit for it."""
        rng = self._rng
        visit = next(iter(self._visits_after(case, after)), None)
        begins = visit.take(8) if visit else None
        if visit is None or begins is None:
            return None
        self._diary.write(begins, visit.technician, StartWork(ticket_id=case.id))
        ends = begins + timedelta(minutes=rng.randint(4, 8))
        self._write_hold(case, ends, visit.technician, reason)
        return ends

    def _write_hold(self, case: Case, when: datetime, who: Technician, reason: str) -> None:
        rng = self._rng
        until = when.date() + timedelta(days=rng.randint(3, 24))
        while until.weekday() > 4:
            until += timedelta(days=1)
        note = rng.choice(words("voices")["holds"][reason]).format(
            who=case.person.name, until=f"{until.day} {until:%B}"
        )
        if reason == "vendor":
            self._diary.write(when, who, EscalateTicket(
                ticket_id=case.id, supplier=_supplier(case, until.day), reference=f"{until:%m%d}-{until.day * 37}",
                promised=until.isoformat(), note=note))  # fmt: skip
            return
        dated = reason in ("parts", "caller") or rng.random() < 0.3
        self._diary.write(when, who, HoldTicket(
            ticket_id=case.id, reason=reason, until=until.isoformat() if dated else None, note=note))  # fmt: skip

    # What has not ended.

    def _unended(self, case: Case, holds: list[str]) -> None:
        """Leaves a ticket in one of the open states; each reason to hold has its turn."""
        rng, age = self._rng, (self._now - case.opened).days
        state = rng.choice(UNENDED if age > 2 else (*UNENDED[:5], "new", "triaged"))
        if state == "new":
            self._log(case, ranked=False)
            return
        self._log(case, ranked=rng.random() < 0.5)
        begun = self._triage(case, 2)
        if state == "triaged":
            return
        if state == "assigned":
            self._diary.write(soon(rng, begun, 3), case.place.technician, AssignTicket(
                ticket_id=case.id, owner_id=self._whose(case).id))  # fmt: skip
        elif state == "in_progress":
            self._look_at(case, begun)
        elif state == "on_hold":
            holds.append(holds.pop(0))
            if self._hold(case, begun, holds[-1]) is None:
                self._write_hold(case, soon(rng, begun, 20), case.place.technician, holds[-1])
        else:
            self._reopen(case, self._close(case, begun))

    def _look_at(self, case: Case, after: datetime) -> None:
        """Begins the work at a visit and leaves it unfinished; assigned only, when there was no visit."""
        visit = next(iter(self._visits_after(case, after)), None)
        begins = visit.take(12) if visit else None
        if visit is None or begins is None:
            self._diary.write(soon(self._rng, after, 3), case.place.technician, AssignTicket(
                ticket_id=case.id, owner_id=case.place.technician.id))  # fmt: skip
            return
        self._diary.write(begins, visit.technician, StartWork(ticket_id=case.id))
        note = self._rng.choice(words("voices")["notes"]["found"])
        self._diary.write(begins + timedelta(minutes=9), visit.technician, StopWork(note=note))


def _supplier(case: Case, number: int) -> str:
    """The supplier who does what the case is about, by the words of its trouble; else one by its number."""
    known = words("suppliers")["supplier"]
    said = " ".join((case.trouble.category, *case.trouble.on)).casefold()
    fit = [each for each in known if any(word.rstrip("s,;") in said for word in each["services"].casefold().split())]
    return str((fit or known)[number % len(fit or known)]["name"])
