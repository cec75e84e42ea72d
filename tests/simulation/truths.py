"""The invariants I1 to I13 of the design, as checks that raise Broken. `World.delivered` looks at every answer for I9."""

import json
from collections import Counter
from typing import Any

from techdesk.desk.commands import HOMES
from techdesk.desk.priority import MATRIX, Matrix, matrix, priority
from techdesk.desk.story import ALLOWED, ENDED
from techdesk.models.sqlite import SqliteTx
from techdesk.server import postponed
from techdesk.sync import rebase
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.holding import held
from tests.simulation import commands, schools
from tests.simulation.editions import LATER, edition
from tests.simulation.tables import COLUMNS, PLACES, Entry, Rows, by_the_log, difference, read_log, standing
from tests.simulation.world import Broken, Laptop, World, is_wordless

# To which state each command leads, and from which.
LEADS = {
    "work.start": ("in_progress", ALLOWED["start"]),
    "ticket.hold": ("on_hold", ALLOWED["hold"]),
    "ticket.assign": ("assigned", ("new", "triaged")),
    "day.accept": ("assigned", ("new", "triaged")),
    "ticket.edit": ("triaged", ("new",)),
    "ticket.escalate": ("on_hold", ALLOWED["hold"]),
    "ticket.resolve": ("resolved", ALLOWED["resolve"]),
    "ticket.close": ("closed", ALLOWED["close"]),
    "ticket.reopen": ("reopened", ALLOWED["reopen"]),
    "ticket.cancel": ("cancelled", ALLOWED["cancel"]),
    "ticket.merge": ("cancelled", ALLOWED["cancel"]),
}
# Columns that go with any change of a row.
STAMPS = {"updated_at", "author", "version"}
# Outcomes of operations that have done nothing but to say so.
NOT_DONE = ("rejected", "parked", "waiting")


def of_a_laptop(world: World, laptop: Laptop, log: list[Entry] | None = None) -> None:
    """I4: what it shows is what the server had, at its cursor, plus what is pending. I8: the cursor never goes back,
    unless the server was put back and the laptop has read its log anew."""
    cursor, disk = kept_cursor(laptop.store), laptop.disk
    if laptop.store.meta("shut_out") is not None:
        laptop.seq = 0
    if cursor.seq < laptop.seq and not world.restored:
        raise Broken(f"I8 {laptop.name}: the cursor went from {laptop.seq} back to {cursor.seq}")
    laptop.seq = cursor.seq
    shown = standing(disk)
    with disk.in_peace(), edition(laptop.version):
        disk.execute("BEGIN")
        try:
            tx = SqliteTx(disk)
            rebase.take_back(laptop.store, tx)
            base = standing(disk)
            rebase.replay(laptop.store, tx)
            again = standing(disk)
        finally:
            disk.execute("ROLLBACK")
    if laptop.store.meta("shut_out") is not None:
        if any(base.values()):
            raise Broken(f"I9 {laptop.name}: it is shut out, and holds rows still")
        return
    _equal(f"I4 {laptop.name}: done again, its pending work comes to something else", shown, again)
    entries = _history(world, log if log is not None else read_log(world.front.disk), cursor.seq, cursor.chain)
    if entries is None:
        raise Broken(f"I8 {laptop.name}: the cursor {cursor.seq} is of no log that there ever was")
    if not laptop.enrolled:
        return
    whole = by_the_log(entries)
    there = schools.within(whole, held(laptop.store), str(laptop.store.meta("technician")))
    _erased(laptop, whole)
    if cursor.seq < (laptop.born or 0):
        for table in ("technician", "stock_location"):
            base[table] = there[table] = {}
    _equal(f"I4 {laptop.name}: without its pending work, it is not what the log says up to {cursor.seq}", base, there)


def _erased(laptop: Laptop, whole: Rows) -> None:
    """I9: what a laptop of some schools has done names no row of another school, and says nothing of it."""
    sites = held(laptop.store)
    if sites is schools.EVERYTHING:
        return
    mine = {None, "?", laptop.store.meta("technician"), *sites}
    for mid, undo in laptop.disk.execute("SELECT mid, undo FROM operation WHERE state = 'done'"):
        for table, id, _, after in json.loads(undo):
            row = whole[table].get(id)
            if after is None:
                continue  # it removed the row itself; another has made it anew since, elsewhere
            if row is not None and table != "timer" and schools.site_of(whole, table, row) not in mine:
                raise Broken(
                    f"I9 {laptop.name}: its operation {mid[-6:]} keeps what it knew of a {table} of another school"
                )


def _history(world: World, log: list[Entry], seq: int, chain: str) -> list[Entry] | None:
    """The log, of all that the server ever had, that has this entry."""
    for each in (log, *world.lost_logs):
        if seq == 0 or (len(each) >= seq and each[seq - 1]["chain"] == chain):
            return each[:seq]
    return None


def of_the_server(world: World) -> list[Entry]:
    """I2, I5, I6, I7, I10, I11 on what the server holds. Returns its log."""
    disk = world.front.disk
    log = read_log(disk)
    head = disk.execute("SELECT seq, chain FROM org_head").fetchone()
    if [entry["seq"] for entry in log] != list(range(1, len(log) + 1)):
        raise Broken(f"I7: the log's numbers are {[entry['seq'] for entry in log]}")
    if head != (len(log), log[-1]["chain"]):
        raise Broken(f"I7: the head is {head}, the log ends with {len(log)}, {log[-1]['chain']}")
    twice = [mid for mid, times in Counter(entry["mid"] for entry in log).items() if times > 1]
    if twice:
        raise Broken(f"I2: {twice} are in the log twice")
    stands = standing(disk)
    _equal("I3: the server's tables are not what its log says", stands, by_the_log(log))
    _tickets(log, stands)
    _ledger(log, stands)
    _told(log, stands)
    _merged(log)
    _parked(log, lost=world.restored)
    return log


def _equal(what: str, one: Rows, other: Rows) -> None:
    found = difference(one, other)
    if found:
        raise Broken(f"{what}: {found}")


def cell(table: str, row: tuple[Any, ...], column: str) -> Any:
    """A value of a row."""
    return row[PLACES[table][column]]


def _tickets(log: list[Entry], stands: Rows) -> None:
    states: dict[str, str] = {}
    refs: dict[str, str] = {}
    for entry in log:
        told = {(w[2] or {}).get("ticket_id"): w[2]["state"] for w in entry["writes"] if w[0] == "ticket_event"}
        for table, id, after, made in entry["writes"]:
            if table != "ticket" or after is None:
                continue
            if not made and "ref" in after:
                raise Broken(f"I11: {entry['command']} changed the number of a ticket to {after['ref']}")
            if "state" in after:
                _legal(entry, states.get(id), after["state"], bool(made))
                states[id] = after["state"]
                if told.get(id) != after["state"]:
                    raise Broken(f"I6: {entry['command']} led to {after['state']}, its history says {told.get(id)}")
            refs[id] = after.get("ref", refs.get(id))
    if len(set(refs.values())) != len(refs):
        raise Broken(f"I11: numbers are given twice: {sorted(refs.values())}")
    aliases = {w[1] for entry in log for w in entry["writes"] if w[0] == "ticket_alias"}
    # Who takes a merge back gives the duplicate its number back.
    undone = {w[1] for entry in log if entry["command"] == "desk.undo" for w in entry["writes"]
              if w[0] == "ticket_alias" and w[2] is None}  # fmt: skip
    if aliases - undone != stands["ticket_alias"].keys():
        raise Broken("I11: an alias is gone")
    # What an ended ticket was ranked by stays, also when it is opened again.
    matrices = [MATRIX, *(matrix for matrix in map(_matrix, log) if matrix)]
    for row in stands["ticket"].values():
        _sound(row, matrices)


def _legal(entry: Entry, before: str | None, state: str, made: bool) -> None:
    command = entry["command"]
    if command in ("desk.undo", "inbox.settle"):
        return
    if command in ("ticket.log", "ticket.report"):
        if made and state in ("new", "triaged", "assigned"):
            return
    elif command == "ticket.follow":
        if made and state == "triaged":
            return
    elif command == "ticket.release":
        if before in ALLOWED["release"] and state in ("assigned", "triaged"):
            return
    elif command in LEADS and state == LEADS[command][0] and before in LEADS[command][1]:
        return
    raise Broken(f"I6: {command} led a ticket from {before} to {state}")


def _matrix(entry: Entry) -> Matrix | None:
    """The matrix that an entry has published."""
    said = json.loads(entry["args"]).get("matrix") if entry["command"] == "priorities.record" else None
    return matrix(said) if said else None


def _sound(row: tuple[Any, ...], matrices: list[Matrix]) -> None:
    """What holds for any ticket, whatever happened to it."""
    ref, state = cell("ticket", row, "ref"), cell("ticket", row, "state")
    if cell("ticket", row, "open") != (0 if state in ENDED else 1):
        raise Broken(f"I6: {ref} is {state}, and open is {cell('ticket', row, 'open')}")
    if (cell("ticket", row, "closed_at") is not None) != (state in ("closed", "cancelled")):
        raise Broken(f"I6: {ref} is {state}, and was closed at {cell('ticket', row, 'closed_at')}")
    if (cell("ticket", row, "hold_reason") is not None) != (state == "on_hold"):
        raise Broken(f"I6: {ref} is {state}, and waits for {cell('ticket', row, 'hold_reason')}")
    ranks = cell("ticket", row, "impact"), cell("ticket", row, "urgency")
    if cell("ticket", row, "priority") not in {priority(*ranks, each) for each in matrices}:
        raise Broken(f"I6: {ref} has impact and urgency {ranks}, and priority {cell('ticket', row, 'priority')}")


def _ledger(log: list[Entry], stands: Rows) -> None:
    """I5: the movements are those that the commands speak of, each once; a movement or a worklog never changes."""
    due: Counter[str] = Counter()
    for entry in log:
        if entry["kind"] in NOT_DONE:
            continue
        args = json.loads(entry["args"])
        if entry["command"] == "stock.move":
            due[args["part_id"]] += args["quantity"]
        for part, quantity in args.get("parts", ()):
            due[part] += quantity
        for part, _ in args.get("serials", ()):
            due[part] += 1
    # What was sent, counted or packed moves pieces as the books and others' work say: its own tests tell how many.
    others = {
        write[1]
        for entry in log
        if entry["command"] in ("transfer.send", "transfer.receive", "stock.count", "serial.found", "reservation.set")
        for write in entry["writes"]
    }
    for entry in log:
        for table, id, after, made in entry["writes"]:
            # A merge puts what was fitted on the duplicate down to the other ticket; the pieces stay what they were.
            changed = set() if table != "stock_movement" or made else set(after or {"id": id}) - STAMPS
            if changed - ({"ticket_id"} if entry["command"] in ("ticket.merge", "desk.undo") else set()):
                raise Broken(f"I5: {entry['command']} changed {changed} of movement {id[-6:]}")
    found: Counter[str] = Counter()
    for id, row in stands["stock_movement"].items():
        if id not in others and cell("stock_movement", row, "note") != "taken back":
            found[cell("stock_movement", row, "part_id")] += cell("stock_movement", row, "quantity")
    if due != found:
        raise Broken(f"I5: pieces moved {dict(found)}, by the commands {dict(due)}")


def _told(log: list[Entry], stands: Rows) -> None:
    """I10: what is not plain is in an inbox, until it is settled or its author took it back."""
    taken_back = {json.loads(entry["args"]).get("mid") for entry in log if entry["command"] == "desk.undo"}
    parked = {entry["mid"] for entry in log if entry["kind"] == "parked"}
    late = {postponed.late(mid) for mid in parked}
    for entry in log:
        if entry["mid"] in late:  # it settles or changes the item of the entry that was parked
            continue
        made = [
            w for w in entry["writes"] if w[0] == "inbox_item" and w[3] and w[2] and w[2].get("mid") == entry["mid"]
        ]
        if entry["laptop"] == "server" and entry["command"] != "laptop.fork":
            made = [
                write for write in entry["writes"] if write[0] == "inbox_item" and write[2].get("state") != "settled"
            ]
        if entry["command"] == "device.offer" and entry["kind"] == "plain":
            continue  # the item is what it is for
        if (entry["kind"] != "plain") != bool(made):
            raise Broken(f"I10: {entry['command']} ended as {entry['kind']}, with {len(made)} items in the inbox")
        there = any(write[1] in stands["inbox_item"] for write in made)
        if made and not there and entry["mid"] not in taken_back:
            raise Broken(f"I10: the item of {entry['command']} is gone from the inbox")


def _parked(log: list[Entry], *, lost: bool) -> None:
    """I1: nothing is parked but what is newer than the server, what follows it, and what cannot be read; nor, where the
    server has `lost` entries, but what its laptop has erased the words of."""
    for entry in log:
        if entry["kind"] != "parked" or entry["why"] in (postponed.NEWER, postponed.WAITS):
            continue
        if (
            not (lost and is_wordless(entry["args"]))
            and (entry["command"], json.loads(entry["args"]), entry["version"]) not in commands.POISON
        ):
            raise Broken(f"I1: {entry['command']} is parked, and nothing is wrong with it: {entry['why']}")


def _done_late(world: World, by_mid: dict[str, Entry], server: Rows) -> None:
    """I1: once the server is updated, all that waited for it is done, unless its author had settled it; who takes that back
    later finds it in the inbox."""
    if world.version != LATER:
        return
    ever = {
        write[1]
        for entry in by_mid.values()
        for write in entry["writes"]
        if write[0] == "inbox_item" and (write[2] or {}).get("state") == "settled"
    }
    settled = {cell("inbox_item", row, "mid") for id, row in server["inbox_item"].items() if id in ever}
    for entry in by_mid.values():
        known = entry["version"] <= 2 and (entry["command"] in HOMES or entry["command"] == "ticket.report")
        if not known or entry["why"] not in (postponed.NEWER, postponed.WAITS) or entry["mid"] in settled:
            continue
        behind_poison = '"x"' in entry["args"]
        if postponed.late(entry["mid"]) not in by_mid and not behind_poison:
            raise Broken(f"I1: {entry['command']} waits, and the server can read it")


def _merged(log: list[Entry]) -> None:
    """No edit replaces a value that its author had not seen; what was not done has done nothing but to say so."""
    fields: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in log:
        args = json.loads(entry["args"])
        base = args.get("base") if isinstance(args.get("base"), dict) else {}
        for table, id, after, made in entry["writes"]:
            now = fields.setdefault((table, id), dict(COLUMNS[table]))
            if made:
                now.update(COLUMNS[table])
            about = args.get("id") or _entity(fields, args)
            for name in base if after is not None and not made and id == about else ():
                if name in after and now.get(name) != base[name]:
                    raise Broken(f"I10: {entry['command']} put {name} from {now.get(name)!r}, which its author had not "
                                 f"seen, to {after[name]!r}")  # fmt: skip
            if after is None and entry["command"] == "desk.undo" and now.get("author") != entry["actor"]:
                raise Broken(f"I10: an undo removed a {table} that another had changed since")
            now.update(after or {})
        written = {write[0] for write in entry["writes"]}
        if entry["kind"] in NOT_DONE and written != {"inbox_item"}:
            raise Broken(f"I12: {entry['command']} was {entry['kind']}, and wrote {written}")


def _entity(fields: dict[tuple[str, str], dict[str, Any]], args: dict[str, Any]) -> object:
    """The row that a choice about an item of the inbox is about."""
    return fields.get(("inbox_item", str(args.get("item_id"))), {}).get("entity_id")


def at_rest(world: World) -> None:
    """Everything, once the network is sound and all have synced until nothing was left to say."""
    log = of_the_server(world)
    by_mid = {entry["mid"]: entry for entry in log}
    server = standing(world.front.disk)
    _copies(world, log)
    _done_late(world, by_mid, server)
    _waiting(world, log, server)
    for laptop in world.laptops:
        of_a_laptop(world, laptop, log)
        if not laptop.enrolled:
            continue
        _kept(world, laptop, by_mid)
        known = world.known(laptop.store.meta("laptop"))
        if known is not None and known["revoked_at"] is not None:
            continue
        if laptop.shut_out:
            raise Broken(f"I1: {laptop.name} is shut out for good: {laptop.shut_out}")
        sites = schools.granted(known, server) if known else schools.EVERYTHING
        part = schools.within(server, sites, str(laptop.store.meta("technician")))
        _equal(f"I3: {laptop.name} and the server differ", standing(laptop.disk), part)
        _arrived(laptop, by_mid, lost=world.restored)
        states = laptop.disk.execute("SELECT DISTINCT state FROM operation WHERE state <> 'done'").fetchall()
        if states:
            raise Broken(f"I12: {laptop.name} synced, and still has operations that wait")


def _copies(world: World, log: list[Entry]) -> None:
    """Every copy that the server knows was told once; numbers that are leased to one laptop are not in the hands of another
    (unless the server was put back, and does not know its leases)."""
    told = sorted(json.loads(entry["args"])["copy"] for entry in log if entry["command"] == "laptop.fork")
    known = sorted(id for (id,) in world.front.disk.execute("SELECT id FROM laptop WHERE family IS NOT NULL"))
    if told != known:
        raise Broken(f"I10: the copies are {known}, and told of were {told}")
    leases: dict[int, str] = {}
    for laptop in world.laptops if not world.restored else ():
        id = str(laptop.store.meta("laptop"))
        for first, last in laptop.disk.execute("SELECT next, last FROM number_block WHERE last IS NOT NULL"):
            for number in range(first, last + 1):
                if leases.setdefault(number, id) != id:
                    raise Broken(f"I11: the number {number} is in the hands of two laptops, {laptop.name} is one")


def _waiting(world: World, log: list[Entry], server: Rows) -> None:
    """What waits for a row is in the log as that, and its row is not here; nothing is done twice when its row has come."""
    waits = world.front.disk.execute("SELECT mid, entity, entity_id FROM awaiting").fetchall()
    kinds = {entry["mid"]: entry["kind"] for entry in log}
    for mid, table, id in waits:
        if id in server[table]:
            raise Broken(f"I12: an operation waits for {table} {id[-6:]}, which is here")
        if kinds.get(mid) != "waiting":
            raise Broken(f"I1: what waits for {table} {id[-6:]} is in the log as {kinds.get(mid)}")
    by_server = Counter(
        (e["command"], e["args"], e["at"], e["actor"])
        for e in log
        if e["laptop"] == "server" and e["actor"] and e["kind"] not in ("parked", "rejected")
    )
    twice = [what for what, times in by_server.items() if times > 1]
    if twice:
        raise Broken(f"I2: what waited was done twice: {twice}")


def _kept(world: World, laptop: Laptop, by_mid: dict[str, Entry]) -> None:
    """I1: whatever became of the server, the laptop still has what was done on it, readable; and the server has taken
    nothing of it without what came before that. What a laptop may not read any more, the server has."""
    handed_in = {mid for (mid,) in world.front.disk.execute("SELECT mid FROM quarantine")}
    # What it let go of when it was shut out went with the server's newer state.
    lost = laptop.handed_in if world.restored else set()
    handed_in |= lost
    done = laptop.disk.execute("SELECT mid FROM operation ORDER BY dseq").fetchall()
    arrived = [mid in by_mid for (mid,) in done if mid not in lost]
    if arrived != sorted(arrived, reverse=True):
        raise Broken(f"I1: the server took an operation of {laptop.name} and passed over one before it")
    kept = dict(laptop.disk.execute("SELECT mid, args FROM operation").fetchall())
    for mid, made in laptop.made.items():
        there = kept.get(mid)
        gone = there is None or is_wordless(there)
        if there != made.args and not (gone and (mid in by_mid or mid in handed_in)):
            raise Broken(f"I1: {laptop.name} has lost its operation {made.command}: {made.args[:80]}")


def _arrived(laptop: Laptop, by_mid: dict[str, Entry], *, lost: bool) -> None:
    """I1: all that it did is in the log; without its words where the server has `lost` it and the laptop had erased them."""
    for mid, made in laptop.made.items():
        entry = by_mid.get(mid)
        if entry is None and lost and mid in laptop.handed_in:
            continue
        if entry is None:
            raise Broken(f"I1: {laptop.name}'s {made.command} is not in the log: {made.args[:80]}")
        erased = lost and is_wordless(entry["args"])
        if entry["command"] != made.command or not (erased or json.loads(entry["args"]) == json.loads(made.args)):
            raise Broken(f"I1: {laptop.name}'s {made.command} is in the log with other words")


def nothing_left_to_say(world: World) -> None:
    """I13: a sync with nothing to do writes nothing, on either side."""
    for laptop in world.laptops:
        if not laptop.enrolled or laptop.store.meta("shut_out") is not None:
            continue
        before = laptop.disk.total_changes, read_log(world.front.disk)
        report = world.sync(laptop)
        after = laptop.disk.total_changes, read_log(world.front.disk)
        if before != after or report is None or report.sent or report.received:
            raise Broken(f"I13: {laptop.name} had nothing to say, and wrote {after[0] - before[0]} rows ({report})")
