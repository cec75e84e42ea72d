"""What people do on a laptop, by chance: commands on what the laptop knows, with few values, so that people get into each
other's way."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from techdesk import clock
from techdesk.desk import agreements, changes, problems, repairs
from techdesk.desk.agreements import MoveAgreement, RecordAgreement, RecordWish, wish_id
from techdesk.desk.answers import AnswerStep, BeginRun, FailStep, FinishRun, SkipRun
from techdesk.desk.articles import RecordArticle
from techdesk.desk.attachments import AttachEvidence, AttachFile, DetachFile
from techdesk.desk.audits import FinishAudit, ScanLabel, StartAudit, TakeScanBack
from techdesk.desk.bookings import AgreePriorities, ConfirmVisit, MissVisit, MoveVisit, RebookVisit, SetOff
from techdesk.desk.calendars import KeepDays, RecordCalendar, calendar_id
from techdesk.desk.changes import EditChange, MoveChange, RaiseChange
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.closing import CancelTicket, CloseTicket, ReopenTicket, ResolveTicket
from techdesk.desk.commands import Command, encode
from techdesk.desk.counting import CountStock, ExplainCount, FindSerial
from techdesk.desk.devices import DisposeDevice, MoveDevice, SwapDevice
from techdesk.desk.dispatching import AcceptDay, Route, RouteStop
from techdesk.desk.duplicates import MergeTicket
from techdesk.desk.following import FollowTicket
from techdesk.desk.holds import EscalateTicket, ReleaseTicket
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.inbox import SettleInbox, again
from techdesk.desk.inventory import OfferDevice, RecordDevice, RecordModel
from techdesk.desk.kits import RecordKit, SetKitLine
from techdesk.desk.licences import RecordLicence, UseLicence, use_id
from techdesk.desk.loans import EndLoan, LendDevice
from techdesk.desk.majors import DeclareMajor, JoinTicket
from techdesk.desk.models import KeepApart, MergeModels
from techdesk.desk.people import RecordContact, RecordLeave, RecordSite, RecordTechnician
from techdesk.desk.problems import EditProblem, LinkTicket, LogProblem, MoveProblem
from techdesk.desk.publishing import PublishRotation
from techdesk.desk.repairs import EditRepair, MoveRepair, OpenRepair
from techdesk.desk.reservations import ReservePart, SetReservation
from techdesk.desk.roads import KeepTravel
from techdesk.desk.rotations import DraftRotation, DropRotation, MoveLine
from techdesk.desk.rules import RecordRules
from techdesk.desk.spares import MoveStock, RecordPart, SetLevel
from techdesk.desk.suppliers import RecordSupplier
from techdesk.desk.surveys import AnswerSurvey, ExpireSurvey, SendSurvey
from techdesk.desk.targets import RecordPriorities
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket, NoteTicket
from techdesk.desk.transfers import ReceiveTransfer, SendStock
from techdesk.desk.tx import Row
from techdesk.desk.views import SaveView
from techdesk.desk.visits import AddTask, CancelVisit, PlanVisit, SetTask, SignVisit, StartVisit, WrapVisit
from techdesk.desk.work import MODES, CorrectWork, HoldTicket, LogWork, StartWork, StopWork
from techdesk.errors import Refused
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from tests.simulation.editions import NewerNote, Report, is_later

WORDS = (
    "Toner", "Wifi slow", "Beamer 🎥", "مرحبا", "a\u200bb", "\x1b[31mred", "x" * 300, "two\nlines", "'; DROP TABLE",
    "Ünïcode",
)  # fmt: skip
ROOMS = ("A", "B", "Hall", "", None)


class Desk:
    """What a laptop knows, to choose from."""

    def __init__(self, chance: random.Random, store: Store) -> None:
        self.chance = chance
        self.store = store

    def any(self, table: str, condition: str = "1") -> str:
        """The id of a row; of one that is not there, when there is none."""
        ids = self.store.connection.execute(f"SELECT id FROM {table} WHERE {condition} ORDER BY id").fetchall()
        return str(self.chance.choice(ids)[0]) if ids else new_id()

    def item(self, id: str) -> Row | None:
        """An item of the inbox."""
        return SqliteTx(self.store.connection).get("inbox_item", id)

    def ticket(self) -> str:
        """A ticket; most often one that many others touch as well."""
        ids = self.store.connection.execute("SELECT id FROM ticket ORDER BY id").fetchall()
        few = ids[:3] if self.chance.random() < 0.6 else ids
        return str(self.chance.choice(few)[0]) if few else new_id()

    def words(self) -> str:
        return f"{self.chance.choice(WORDS)} {self.chance.randrange(1000)}"

    def maybe(self, *values: object) -> object:
        return self.chance.choice((None, *values))


def _log(desk: Desk) -> Command:
    pick = desk.chance.choice
    return LogTicket(
        id=new_id(), text=desk.words(), impact=pick((None, 1, 4)), urgency=pick((None, 2)), room=pick(ROOMS),
        site_id=pick((None, desk.any("site"))), owner_id=pick((None, None, desk.any("technician"))),
        visit_id=pick((None, None, desk.any("visit"))),
    )  # fmt: skip


def _note(desk: Desk) -> Command:
    """Words; on a laptop with the later version, in its way, or a capture in a way that only it knows."""
    if not is_later():
        return NoteTicket(ticket_id=desk.ticket(), text=desk.words())
    if desk.chance.random() < 0.3:
        return Report(id=new_id(), text=desk.words())
    return NewerNote(ticket_id=desk.ticket(), words=desk.words())


def _edit(desk: Desk) -> Command:
    pick = desk.chance.choice
    return EditTicket(
        id=desk.ticket(), text=pick((None, None, desk.words())), room=pick(ROOMS), impact=pick((None, 1, 2, 4)),
        urgency=pick((None, 1, 4)), category=pick((None, "network", "")), site_id=pick((None, None, desk.any("site"))),
    )  # fmt: skip


def _assign(desk: Desk) -> Command:
    if desk.chance.random() < 0.3:
        return AssignTicket(ticket_id=desk.ticket(), role=desk.chance.choice(("technical", "strategic")),
                            needed=desk.chance.choice((None, desk.words())))  # fmt: skip
    return AssignTicket(ticket_id=desk.ticket(), owner_id=desk.any("technician"))


def _close(desk: Desk) -> Command:
    pick = desk.chance.choice
    parts = ((desk.any("part"), pick((1, 2))),) if desk.chance.random() < 0.5 else ()
    serials = ((desk.any("part"), pick(("S1", "S2"))),) if desk.chance.random() < 0.2 else ()
    return CloseTicket(
        ticket_id=desk.ticket(), resolution=desk.words(), minutes=pick((None, 0, 7)), parts=parts, serials=serials,
        told=pick((False, True)),
        timeliness=pick((None, 1, 5)), quality=pick((None, 4)), tested=pick((None, True, False)),
        ask_later=pick((False, True)), cause=pick((None, "wear", "W")), mode=pick(("on_site", "remote")),
    )  # fmt: skip


def _merge(desk: Desk) -> Command:
    return MergeTicket(ticket_id=desk.ticket(), into_id=desk.ticket())


def _work(desk: Desk) -> Command:
    """Minutes, and corrections of minutes that others correct as well."""
    pick = desk.chance.choice
    if desk.chance.random() < 0.5:
        return LogWork(ticket_id=desk.ticket(), minutes=desk.chance.randint(0, 50), proactive=1, mode=pick(MODES))
    return CorrectWork(worklog_id=desk.any("worklog"), minutes=desk.chance.randint(0, 50), mode=pick((None, *MODES)),
                       proactive=pick((None, 1)))  # fmt: skip


def _wait(desk: Desk) -> Command:
    """Holds, and what ends them."""
    pick = desk.chance.choice
    id = desk.ticket()
    return pick(
        (
            HoldTicket(ticket_id=id, reason=pick(("parts", "vendor", "caller")), until=pick((None, "2026-11-30"))),
            HoldTicket(ticket_id=id, reason="next_visit"),
            EscalateTicket(ticket_id=id, supplier=pick(("Acme", "Globex", None)), reference=pick((None, desk.words())),
                           promised=pick((None, "2026-12-01"))),
            ReleaseTicket(ticket_id=id, note=desk.words()),
        )
    )  # fmt: skip


def _major(desk: Desk) -> Command:
    """A major incident, what is part of one, and what displaces."""
    pick = desk.chance.choice
    if desk.chance.random() < 0.5:
        return JoinTicket(
            ticket_id=desk.ticket(), parent_id=pick((None, desk.ticket(), desk.any("ticket", "major = 1")))
        )
    return DeclareMajor(
        ticket_id=desk.ticket(), major=pick((1, 1, 0)), leave=pick((False, True)), minutes=pick((10, 90))
    )


def _survey(desk: Desk) -> Command:
    pick = desk.chance.choice
    id = desk.ticket()
    return pick(
        (
            SendSurvey(ticket_id=id),
            ExpireSurvey(ticket_id=id),
            AnswerSurvey(ticket_id=id, quality=desk.chance.randint(1, 5)),
            AnswerSurvey(ticket_id=id, timeliness=2, collected="later", answered_by="Head"),
            RecordRules(id=named_id("closing_rules"), causes=pick((None, "wear", "wear, damage", "")),
                        repeat_days=pick((None, 0, 30)), reopen_days=pick((None, 3))),
        )
    )  # fmt: skip


def _finish(desk: Desk) -> Command:
    """Resolved but not closed; or captured anew after an old one."""
    if desk.chance.random() < 0.7:
        return ResolveTicket(ticket_id=desk.ticket(), resolution=desk.words(), minutes=desk.chance.choice((None, 3)))
    return FollowTicket(id=new_id(), ticket_id=desk.ticket(), reason=desk.chance.choice((None, desk.words())))


def _move_stock(desk: Desk) -> Command:
    here, there = desk.any("stock_location"), desk.any("stock_location")
    if here == there or desk.chance.random() < 0.5:
        return MoveStock(part_id=desk.any("part"), quantity=desk.chance.randint(1, 9), reason="receive", to_id=here)
    return MoveStock(part_id=desk.any("part"), quantity=1, reason="transfer", from_id=here, to_id=there)


def _books(desk: Desk) -> Command:
    """Two-step transfers, counts and serial numbers of few parts and places, so that several do the same."""
    pick, part = desk.chance.choice, desk.any("part")
    here, there = desk.any("stock_location"), desk.any("stock_location")
    return pick(
        (
            SendStock(id=new_id(), part_id=part, quantity=pick((1, 3)), from_id=here, to_id=there)
            if here != there
            else MoveStock(part_id=part, quantity=1, reason="receive", to_id=here, serial=pick(("s1", "s2"))),
            ReceiveTransfer(
                transfer_id=desk.any("stock_transfer"), quantity=pick((None, 2)), note=pick((None, "broken"))
            ),
            CountStock(location_id=here, lines=((part, desk.chance.randint(0, 5), pick((None, "found"))),)),
            ExplainCount(movement_id=desk.any("stock_movement", "reason = 'count'"), words=desk.words()),
            FindSerial(part_id=part, serial=pick(("s1", "s2")), location_id=pick((None, here))),
        )
    )


def _packing(desk: Desk) -> Command:
    """What is put by for a visit, and the lists that say what to pack and from whom."""
    pick, part, visit = desk.chance.choice, desk.any("part"), desk.any("visit")
    kit = pick((named_id("kit", "a"), named_id("kit", "b")))
    return pick(
        (
            ReservePart(id=named_id("reservation", visit, part), part_id=part, quantity=pick((1, 2)), visit_id=visit,
                        location_id=desk.any("stock_location"), until="2026-12-01", to_id=desk.any("stock_location")),
            SetReservation(reservation_id=desk.any("stock_reservation"), state=pick(("picked", "returned", "released")),
                           serials=pick(((), (), ("s1",)))),
            RecordKit(id=kit, name=pick(("Beamer", "Wifi"))),
            SetKitLine(id=named_id("kit_line", kit, part), kit_id=kit, part_id=part, quantity=pick((0, 1, 2))),
            RecordSupplier(id=named_id("supplier", "x"), name=pick(("Misco", "Insight")), lead_days=pick((None, 3, 5)),
                           terms=pick((None, "30 days", ""))),
        )
    )  # fmt: skip


def _plan(desk: Desk) -> Command:
    start = clock.now() + timedelta(hours=desk.chance.randint(-30, 30))
    return PlanVisit(
        id=new_id(), site_id=desk.any("site"), technician_id=desk.any("technician"), planned_start=clock.moment(start),
        planned_end=clock.moment(start + timedelta(hours=3)),
    )  # fmt: skip


def _dispatch(desk: Desk) -> Command:
    """A day of few technicians, dispatched by several at once; sometimes for an emergency that takes a visit."""
    pick, day = desk.chance.choice, desk.chance.choice(("2026-11-24", "2026-11-25"))

    def stop(hour: int) -> RouteStop:
        starts, ends = f"{day}T{hour:02}:00:00.000Z", f"{day}T{hour:02}:30:00.000Z"
        if desk.chance.random() < 0.2:
            return RouteStop(None, None, starts, starts, ends, 9.0, (), ((desk.any("part"), pick((1, 3))),))
        ticket = desk.ticket()
        row = desk.store.connection.execute("SELECT site_id FROM ticket WHERE id = ?", (ticket,)).fetchone()
        site = row[0] if row and row[0] else desk.any("site")
        return RouteStop(site, None, starts, starts, ends, 5.0, (ticket,) if row else ())

    people = sorted({desk.any("technician") for _ in range(2)})
    routes = tuple(Route(one, f"{day}T07:00:00.000Z", f"{day}T16:00:00.000Z", 20.0,
                         tuple(stop(8 + hour) for hour in range(desk.chance.randint(0, 3)))) for one in people)  # fmt: skip
    emergency = pick((None, None, desk.ticket()))
    taken = ((desk.any("visit"), 60),) if emergency else ()
    return AcceptDay(day=day, routes=routes, store_id=pick((None, desk.any("stock_location"))), emergency=emergency,
                     taken=taken)  # fmt: skip


def _rotation(desk: Desk) -> Command:
    """Drafts of few weeks, moved and published, so that two laptops publish at once; what they are planned from."""
    pick = desk.chance.choice
    draft, site = desk.any("rotation", "state = 'draft'"), desk.any("site")
    lines = desk.store.connection.execute("SELECT id FROM rotation_line WHERE rotation_id = ? ORDER BY id", (draft,))
    who, line = desk.any("technician"), desk.any("rotation_line")
    days = ("2026-11-24", "2026-11-25", "2026-12-01")
    plan = tuple((site, pick((0, 1, 7)), who, 1, pick((480, 700)), 180, 0, None) for _ in range(pick((1, 2))))
    return pick(
        (
            DraftRotation(id=new_id(), name=desk.words()[:200], weeks=2, starts="2026-11-23", first="2026-11-23",
                          last=pick(("2026-12-04", "2026-12-18")), lines=(*plan, (site, None, None, 0, None, 60, 1, "full"))),
            MoveLine(id=line, day=pick((2, 3, 9)), technician_id=who, rank=1, starts=480,
                     others=((desk.any("rotation_line"), 2, 700),)),
            PublishRotation(rotation_id=draft, visits=tuple((id, pick(days), 480, who) for (id,) in lines)),
            PublishRotation(rotation_id=draft, visits=()),
            DropRotation(rotation_id=draft),
            RecordLeave(id=pick((new_id(), desk.any("leave"))), technician_id=who, first="2026-11-24",
                        last=pick(("2026-11-24", "2026-11-27")), kind=pick((None, "sick"))),
            RecordAgreement(id=pick((new_id(), desk.any("agreement"))), site_id=site, visits=pick((None, 6, 12)),
                            ends=pick((None, "2026-12-31", "")), target_1=pick((None, "30m/2h", ""))),
            MoveAgreement(agreement_id=desk.any("agreement"), state=pick(agreements.STATES)),
            RecordWish(id=wish_id(site), site_id=site, visits=pick((1, 2)), days=pick((None, "mon,wed", ""))),
            KeepTravel(pairs=((site, who, pick((None, 5, 12.5))),)),
        )
    )  # fmt: skip


def _site(desk: Desk) -> Command:
    pick = desk.chance.choice
    id = pick((new_id(), desk.any("site"), desk.any("site")))
    rooms = tuple(desk.chance.sample(("Hall", "A", "B", "Lab"), desk.chance.randint(0, 2)))
    return RecordSite(id=id, code=pick("12"), name=pick(("North", "South")), pupils=pick((None, 5, 6)), rooms=rooms,
                      timezone=pick((None, "Asia/Tokyo")), latitude=pick((None, 53.7)),
                      cluster=pick((None, None, "n", "s")))  # fmt: skip


def _device(desk: Desk) -> Command:
    pick = desk.chance.choice
    return RecordDevice(
        id=pick((new_id(), desk.any("device"), desk.any("device"))), tag=pick(("L-1", "L-2", None)), room=pick(ROOMS),
        state=pick((None, "faulty", "in_repair")), cost=pick((None, 10.5, 3)),
        model_id=pick((None, desk.any("device_model"))), site_id=pick((None, None, desk.any("site"))),
    )  # fmt: skip


def _device_life(desk: Desk) -> Command:
    """A device moved, swapped, lent, sent in, or thrown away; few, so that two people want the same one."""
    pick = desk.chance.choice
    id, spare, site = desk.any("device"), desk.any("device", "state = 'in_stock'"), desk.any("site")
    moves = ("in_stock", "in_stock", "in_service", "faulty", "lost", "retired")
    commands: list[Command] = [
        MoveDevice(device_id=id, state=pick(moves), site_id=pick((None, None, site)), room=pick(ROOMS),
                   location_id=pick((None, None, desk.any("stock_location")))),
        LendDevice(id=new_id(), device_id=spare, borrower=pick(("Year 3", "Head")), due=pick((None, "2026-12-01")),
                   ticket_id=pick((None, desk.ticket()))),
        OfferDevice(device_id=id, site_id=site, room=pick(ROOMS), source="a file"),
        EndLoan(loan_id=desk.any("loan"), outcome=pick(("returned", "lost")), state=pick(("in_stock", "faulty"))),
        OpenRepair(id=new_id(), device_id=id, fault=desk.words()),
        EditRepair(id=desk.any("repair"), reference=pick((None, "R-1", "R-2")), cost=pick((None, 20))),
        MoveRepair(repair_id=desk.any("repair"), state=pick(repairs.STATES)),
    ]  # fmt: skip
    if spare != id:
        commands += [SwapDevice(device_id=id, with_id=spare, ticket_id=pick((None, desk.ticket())))] * 2
    if desk.chance.random() < 0.1:
        commands += [DisposeDevice(device_id=id, certificate="C-1")]
    return pick(commands)


def _audit(desk: Desk) -> Command:
    pick = desk.chance.choice
    return pick(
        (
            StartAudit(id=new_id(), site_id=desk.any("site"), room=pick(("A", "B", None))),
            ScanLabel(id=new_id(), audit_id=desk.any("audit"), label="L-1", device_id=pick((None, desk.any("device")))),
            ScanLabel(id=new_id(), audit_id=desk.any("audit"), label="L-2", device_id=desk.any("device")),
            TakeScanBack(scan_id=desk.any("audit_scan")),
            FinishAudit(audit_id=desk.any("audit")),
        )
    )


def _licence(desk: Desk) -> Command:
    pick = desk.chance.choice
    licence, site = desk.any("licence"), desk.any("site")
    if desk.chance.random() < 0.5:
        return RecordLicence(id=pick((licence, new_id())), product=pick("XY"), seats=pick((None, 3, 30)),
                             expires=pick((None, "2026-12-31", "")))  # fmt: skip
    return UseLicence(id=use_id(licence, site), licence_id=licence, site_id=site, used=pick((1, 40)))


def _part(desk: Desk) -> Command:
    pick = desk.chance.choice
    return RecordPart(id=pick((new_id(), desk.any("part"))), sku=pick(("T1", "T2")), name=pick(("Toner", "Lamp")),
                      models=(desk.any("device_model"),), unit_cost=pick((None, 4)), serialised=pick((None, 1)))  # fmt: skip


def _model(desk: Desk) -> Command:
    """Spellings of few models, made one or kept apart by several people at once."""
    pick = desk.chance.choice
    one, other = desk.any("device_model"), desk.any("device_model")
    if one == other or desk.chance.random() < 0.4:
        return RecordModel(id=one, name=pick(("X1", "X2")), standing=pick((None, "standard", "retiring")),
                           update_expiry=pick((None, "2027-06-30", "")))  # fmt: skip
    if desk.chance.random() < 0.3:
        return KeepApart(model_id=one, other_id=other)
    return MergeModels(model_id=one, other_ids=(other,))


def _people(desk: Desk) -> Command:
    pick = desk.chance.choice
    return pick(
        (
            RecordTechnician(id=desk.any("technician"), skills=pick(("network", "printers")), code=pick(("A", "B", ""))),
            RecordContact(id=pick((new_id(), desk.any("contact"))), site_id=desk.any("site"), name=pick(("Office", "Head"))),
            RecordModel(id=pick((new_id(), desk.any("device_model"))), name=pick(("X1", "X2")), manufacturer=pick("PQ")),
            SetLevel(id=pick((new_id(), desk.any("stock_level"))), part_id=desk.any("part"),
                     location_id=desk.any("stock_location"), minimum=pick((None, 1, 2))),
            RecordArticle(id=pick((new_id(), desk.any("article"), desk.any("article"))), title=desk.words(),
                          body=pick((desk.words(), "Turn it off and on")), learned_from=pick((None, desk.ticket())),
                          state=pick((None, "shared"))),
            SaveView(area="tickets", name=pick(("mine", "old")), filter=pick(("", "open", "room:A"))),
        )
    )  # fmt: skip


def _visit(desk: Desk) -> Command:
    id = desk.any("visit")
    return desk.chance.choice(
        (
            StartVisit(visit_id=id, travel_minutes=desk.chance.choice((None, 20))),
            StartVisit(visit_id=id),
            WrapVisit(visit_id=id, summary=desk.words()),
            SignVisit(visit_id=id, signatory="Office", how=desk.chance.choice(("typed", "paper"))),
            CancelVisit(visit_id=id, reason="snow"),
            AddTask(
                id=new_id(), visit_id=id, title="Check the lamps", ticket_id=desk.chance.choice((None, desk.ticket()))
            ),
            SetTask(task_id=desk.any("visit_task"), state=desk.chance.choice(("doing", "done", "dropped", "todo"))),
        )
    )


def _booking(desk: Desk) -> Command:
    """What becomes of a visit before it begins; two people move and rebook the same one."""
    pick, id = desk.chance.choice, desk.any("visit")
    start = clock.now() + timedelta(hours=desk.chance.randint(-5, 60))
    starts, ends = clock.moment(start), clock.moment(start + timedelta(hours=2))
    return pick(
        (
            ConfirmVisit(visit_id=id, by=pick((None, "Office"))),
            MoveVisit(id=id, planned_start=starts, planned_end=ends),
            MoveVisit(id=id, technician_id=desk.any("technician")),
            SetOff(visit_id=id),
            MissVisit(visit_id=id, reason="snow"),
            RebookVisit(id=new_id(), visit_id=id, planned_start=starts, planned_end=ends),
            AgreePriorities(visit_id=id, agreed_with="Head", task_ids=(desk.any("visit_task"),)),
        )
    )


def _checklist(desk: Desk) -> Command:
    """Checklists of few names, their steps, and runs that two people answer and end."""
    pick = desk.chance.choice
    checklist, run = desk.any("checklist"), desk.any("checklist_run")
    step = desk.any("checklist_step")
    return pick(
        (
            RecordChecklist(id=named_id("checklist", pick("ab")), name=pick(("Backups", "Lamps")),
                            frequency=pick(("visit", "weekly", "monthly")), site_id=pick((None, None, desk.any("site")))),
            SetStep(id=pick((new_id(), step)), checklist_id=checklist, title=desk.words(), rank=pick((1, 2)),
                    required=pick((0, 1)), evidence=pick(("none", "none", "number"))),
            BeginRun(checklist_id=checklist, site_id=desk.any("site"), visit_id=pick((None, desk.any("visit")))),
            AnswerStep(run_id=run, step_id=step, evidence=pick((None, "7"))),
            AnswerStep(run_id=run, step_id=step, result="skip", note="locked"),
            FailStep(id=new_id(), run_id=run, step_id=step, note=desk.words(), device_id=pick((None, desk.any("device")))),
            FinishRun(run_id=run, minutes=pick((None, 5))),
            AttachEvidence(run_id=run, step_id=step, sha256=pick("abc") * 64, bytes=7, name="a.jpg", media_type="image/jpeg"),
            SkipRun(run_id=run, reason=desk.words()),
        )
    )  # fmt: skip


def _attach(desk: Desk) -> Command:
    """A file of few, so that two people attach the same one; or off with one. The simulated disks hold no files."""
    pick = desk.chance.choice
    if desk.chance.random() < 0.3:
        return DetachFile(attachment_id=desk.any("attachment"))
    return AttachFile(ticket_id=desk.ticket(), sha256=pick("abc") * 64, bytes=7, name=pick(("a.jpg", "b\u200b.pdf")),
                      media_type=pick(("image/jpeg", "application/pdf")), width=pick((None, 640)))  # fmt: skip


def _calendar(desk: Desk) -> Command:
    """The hours and days of the organisation or a site; entries of few keys, so that two people keep the same one."""
    pick = desk.chance.choice
    site = pick((None, None, desk.any("site")))
    calendar = calendar_id(site_id=site)
    if desk.chance.random() < 0.4:
        week = pick(("mon-fri 08:00-16:00", "mon-sat 07:00-12:00", "24/7", "none"))
        return RecordCalendar(id=calendar, name=desk.words(), site_id=site, hours=week)
    first = pick(("2026-11-23", "2026-11-30", "2026-12-21"))
    last = pick((first, "2026-12-31"))
    day = (first, pick(("holiday", "term", "inset")), first, last, desk.words(), pick((None, None, "09:00-11:00")))
    return KeepDays(calendar_id=calendar, source="file", days=(day,), gone=pick(((), (), ("2026-11-23",))))


def _priorities(desk: Desk) -> Command:
    pick = desk.chance.choice
    return RecordPriorities(
        id=named_id("priorities"), matrix=pick((None, "1123 1234 2345 3455", "1111 1111 2222 3333")),
        target_1=pick((None, "1h/4h", "none")), target_4=pick((None, "2h/1d")),
    )  # fmt: skip


def _problem(desk: Desk) -> Command:
    pick = desk.chance.choice
    id = desk.any("problem")
    return pick(
        (
            LogProblem(
                id=pick((new_id(), named_id("problem", desk.ticket()))),
                title=desk.words(),
                ticket_ids=(desk.ticket(), desk.ticket()),
            ),
            EditProblem(id=id, cause=pick((None, desk.words(), "")), workaround=pick((None, desk.words()))),
            MoveProblem(problem_id=id, state=pick(problems.STATES)),
            LinkTicket(ticket_id=desk.ticket(), problem_id=pick((None, id))),
            ReleaseTicket(ticket_id=desk.ticket()),
        )
    )


def _change(desk: Desk) -> Command:
    pick = desk.chance.choice
    id = desk.any("change")
    return pick(
        (
            RaiseChange(id=new_id(), title=desk.words(), reason="wear", risk=pick(("low", "high")),
                        problem_id=pick((None, desk.any("problem"))), site_ids=(desk.any("site"),)),
            EditChange(id=id, back_out=pick((None, desk.words())), starts="2026-12-01T08:00:00.000Z",
                       ends="2026-12-01T09:00:00.000Z"),
            MoveChange(change_id=id, state=pick(changes.STATES)),
        )
    )  # fmt: skip


def _settle(desk: Desk) -> Command:
    """Mine, theirs, or a third value for one of the fields; or what was refused done again."""
    pick = desk.chance.choice
    id = desk.any("inbox_item", "state = 'open'")
    item = desk.item(id)
    choice = pick(("mine", "mine", "edit", "again", "theirs"))
    if item is None or choice in ("mine", "theirs"):
        return SettleInbox(item_id=id, choice=pick(("mine", "theirs")))
    if choice == "again":
        with suppress(Refused):
            return pick((again(item), SettleInbox(item_id=id, choice="again")))
    mine = json.loads(str(item["mine"]))
    field = pick(sorted(mine) or ["room"])
    third = {"room": "C", "impact": 3, "urgency": 3, "state": "assigned"}.get(field, desk.words())
    return SettleInbox(item_id=id, choice="edit", values={field: pick((third, mine.get(field)))})


KINDS: tuple[tuple[float, Callable[[Desk], Command]], ...] = (
    (12, _log),
    (14, _edit),
    (6, _assign),
    (6, _note),
    (9, lambda desk: StartWork(ticket_id=desk.ticket())),
    (5, lambda desk: StopWork(note=desk.words())),
    (4, _work),
    (8, _wait),
    (3, _major),
    (4, _finish),
    (14, _close),
    (7, lambda desk: ReopenTicket(ticket_id=desk.ticket(), reason=desk.words())),
    (4, lambda desk: CancelTicket(ticket_id=desk.ticket(), duplicate_of=desk.chance.choice((None, desk.ticket())))),
    (4, _merge),
    (4, _survey),
    (6, _move_stock),
    (2, _books),
    (1, _packing),
    (3, _plan),
    (5, _rotation),
    (3, _dispatch),
    (8, _visit),
    (4, _booking),
    (6, _checklist),
    (4, _site),
    (4, _device),
    (6, _device_life),
    (5, _audit),
    (2, _licence),
    (3, _part),
    (2, _model),
    (4, _people),
    (4, _attach),
    (3, _calendar),
    (1, _priorities),
    (4, _problem),
    (3, _change),
    (8, _settle),
)  # fmt: skip
MAKERS = [maker for _, maker in KINDS]
WEIGHTS = [weight for weight, _ in KINDS]


def something(chance: random.Random, store: Store) -> Command:
    """A valid command, which the laptop's state may refuse."""
    [maker] = chance.choices(MAKERS, WEIGHTS)
    return maker(Desk(chance, store))


def on_the_newest(chance: random.Random, store: Store) -> Command:
    """A command on what came last."""
    desk = Desk(chance, store)
    id = _newest(desk, "ticket")
    return chance.choice(
        (
            _log(desk),
            NoteTicket(ticket_id=id, text=desk.words()),
            EditTicket(id=id, room=chance.choice(ROOMS), impact=chance.choice((1, 2, 4))),
            StartWork(ticket_id=id),
            StopWork(note=desk.words()),
            CloseTicket(ticket_id=id, resolution=desk.words(), minutes=5, parts=((_newest(desk, "part"), 1),)),
            ReopenTicket(ticket_id=id, reason=desk.words()),
            _plan(desk),
            AddTask(id=new_id(), visit_id=_newest(desk, "visit"), title="Look", ticket_id=id),
            SetTask(task_id=_newest(desk, "visit_task"), state=chance.choice(("doing", "done"))),
            RecordSite(id=_newest(desk, "site"), pupils=chance.randint(1, 9)),
            MoveStock(part_id=_newest(desk, "part"), quantity=1, reason="receive", to_id=desk.any("stock_location")),
            SettleInbox(item_id=_newest(desk, "inbox_item"), choice="theirs"),
        )
    )


def _newest(desk: Desk, table: str) -> str:
    found = desk.store.connection.execute(f"SELECT id FROM {table} ORDER BY n DESC LIMIT 1").fetchone()
    return str(found[0]) if found else new_id()


POISON: tuple[tuple[str, dict[str, object], int], ...] = (
    ("ticket.teleport", {"ticket_id": "x"}, 1),
    ("ticket.note", {"ticket_id": "x", "text": "words"}, 99),
    ("ticket.note", {"ticket_id": "x"}, 1),
    ("ticket.log", {"id": "x", "text": 5, "ref": "1-A"}, 1),
    ("ticket.log", {"id": "x", "text": "words", "ref": "1-A", "room": {"a": 1}}, 1),
    ("desk.undo", {"mid": "x", "command": "y", "writes": '[["laptop", "x", null, {}]]'}, 1),
    ("desk.undo", {"mid": "x", "command": "y", "writes": "no json"}, 1),
    ("desk.undo", {"mid": "x", "command": "y", "writes": '[["robot", "x", null, {}], '
     '["organisation", "x", {"name": "half done"}, null]]'}, 1),
    ("ticket.note", {"ticket_id": "x", "text": "half a pair \ud800"}, 1),
    ("stock.move", {"part_id": "x", "quantity": 10**30, "reason": "count"}, 1),
    ("site.record", {"id": "x"}, 1),
)  # fmt: skip


def shown(command: Command) -> str:
    """A command in a trace."""
    args = {
        name: (value[-4:] if name == "id" or name.endswith("_id") else value) for name, value in encode(command).items()
    }
    args.pop("base", None)
    return f"{command.NAME} " + " ".join(f"{name}={str(value)[:24]!r}" for name, value in args.items())
