"""Writes docs/cli.md from the commands themselves: `python docs/make_cli_reference.py`. A test holds the file in step."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from techdesk.cli.main import app

TARGET = Path(__file__).with_name("cli.md")

HEAD = """\
# The command line

Written by `python docs/make_cli_reference.py` from the commands themselves.

The result goes to stdout, what is said about it to stderr. With `--json` a command prints one JSON document, whose `schema`
is the version of its shape (1), also when it is refused: then the document has `error`, the sentence, and `exit_code`.
Without `--json` it prints tables and sentences for people; in a pipe nothing is cut off.

| Exit code | Means |
|---|---|
| 0 | done |
| 1 | refused by a rule of the desk: the sentence names the state and what is allowed |
| 2 | wrong usage: an option, a file or a value that cannot be |
| 3 | not found: no such ticket, site, part, device, visit |
| 4 | the store is locked, damaged, newer than this program, cannot be written, or is encrypted and nothing opens it |
| 5 | no connection, or refused by the server |
| 6 | done, but something waits in the inbox (`sync`) |

A ticket is named by its number (with or without its check letter), an alias, or a beginning of its id; a site by its code or
name, a part by its SKU or name, a device by its tag, serial or name, a technician by name or code (`me` is you), a stock
location by its name (`van` is your own). The beginning of a name is enough where only one fits. Moments are ISO 8601:
`2026-11-24T08:00` on the clock of the place, or with an offset. `TECHDESK_HOME` moves everything that the laptop keeps,
`NO_COLOR` is honoured. `TECHDESK_PASSPHRASE_FILE` names a file whose first line is the passphrase of an encrypted store.
"""

TICKET = ("ref aliases id kind room text state impact urgency priority respond_due fix_due role site site_name owner"
          " reporter category service symptom tags channel opened_at responded_at resolved_at closed_at resolution cause"
          " hold_reason hold_until reopened told_in_person tested cold major repeat_of repeated_as part_of children problem"
          " surveys[state at timeliness quality comment answered_by collected written_by self_collected rated_self]"
          " hand_over supplier device model worklogs[minutes mode note by at]"
          " parts[sku quantity] history[at by device command state note details] similar[ref score why]"
          " attachments[id name media_type bytes width height sha256 thumbnail_sha256 taken_at by at]"
          " known_errors articles[id title score] problem")  # fmt: skip
CHANGES = "changed[ref state] refused[ref why]"
TASK = (
    "id ticket_id ref title room priority estimate actual state reason ticket_state due reporter run_id agreed carried"
    " run_due"
)
VISIT = "id site site_name technician state starts ends actual_start actual_end"
MORE = "done reason signatory summary timezone instead_of agreed agreed_with confirmed_by signed_how"
VISIT_LINE = f"{VISIT} tasks {MORE}"
PICK = "sku name needed in_van refs part_id why reserved source order supplier order_by late missing"
DEVICE = ("id tag serial name model category site site_name room state standing warranty_end update_expiry open_tickets"
          " location")  # fmt: skip
LOAN = "id tag model borrower due lent_at ended_at state ticket site"
REPAIR = ("id tag model fault supplier reference state opened_at due ended_at cost instead under_warranty overdue ticket"
          " site")  # fmt: skip
INBOX_ITEM = "id ref entity kind done mine theirs theirs_by at state choice entity_id mid whose site site_name"
INBOX = f"n {INBOX_ITEM}"

ROTATION = "id name weeks starts first last travel follows published_at state visits missing"
PLAN_LINE = "id site name week day technician rank starts minutes why"
UNMET = "site name missing why"

# What each command's JSON document holds at its top, beside `schema`; a list's items in brackets.
MODEL = (
    "id name number manufacturer category standing update_expiry devices share failures device_years rate rate_low rate_high"
    " little_seen spellings"
)
FLEET = ("delivery", "models", "standard", "replacement")
KEYS = {
    "dispatch": (
        "date planned_with accepted routes[technician technician_id leaves returns driving stops]"
        " unserved[ref title priority why] moved[what from to] owed[visit site technician minutes] late notes"
    ),
    "today": f"date warnings visits[{VISIT} minutes_left tasks] pick[{PICK}]",
    "log": TICKET,
    "list": "items[id ref kind title site site_name room state priority fix_due owner role reporter opened_at hold_reason"
    " hold_until cold major supplier] total",
    "list --waiting": "items[id ref priority title site reason until over supplier reference waited owner contacts"
    " terms] total",
    "show": TICKET,
    "work list": "items[id minutes mode proactive note by at] total",
    "survey list": "items[ref title site state at timeliness quality comment answered_by collected written_by"
    " self_collected rated_self]"
    " total",
    "report": "since until site figures[key name part whole value unit good] backlog[name tickets]"
    " months[month closed answers satisfied] collected",
    "rules show": "causes own_causes reopen_days repeat_days survey_days",
    "find": "items[kind id ref title state where snippet score] total",
    "undo": f"{CHANGES} said",
    "doctor": "items[what good found] total",
    "visit list": f"items[{VISIT_LINE}] total",
    "visit feed": "url ended",
    "visit next": f"items[{VISIT_LINE} open_tickets] total",
    "visit report": f"{VISIT} {MORE} travel_minutes mileage signed_at tasks[{TASK} fix] minutes parts[sku name quantity]"
    " contacts[name role telephone email may_sign] found[id ref title room state reporter] promised[ref title room why]"
    " steps[checklist title room result said refs] bought doors[device model room ref title state words reason] next",
    "checklist list": "items[id name frequency where service first_due state steps minutes] total",
    "checklist due": "items[run_id checklist_id name frequency site_id site_code site due overdue began carried steps left"
    " minutes] total",
    "part list": "items[sku name location kind balance minimum target below unit_cost value] total",
    "part transit": "items[id part_id sku name quantity source to_id target sent_at by serial note] total",
    "part history": "items[id at reason quantity sku source_id source target_id target ref by serial note] total",
    "part sheet": "items[sku name books] total",
    "part review": "items[kind id part_id sku location what next] total",
    "part value": "items[id name kind parts pieces value short without_cost] total value",
    "part reserved": "items[id part_id sku name quantity location_id location to_id visit_id site starts until reason state]"
    " total",
    "part suggest": "items[sku name location balance minimum target suggested_minimum suggested_target expected_4_weeks"
    " cover why early] total",
    "part kits": "items[kit_id kit part_id sku name quantity] total",
    "supplier list": "items[id name services contacts terms experience lead_days parts] total",
    "part pick": f"items[{PICK}] total",
    "device list": f"items[{DEVICE}] total",
    "device show": f"{DEVICE} manufacturer holder bought cost supplier order_number last_seen note created_at updated_at"
    " certificate disposed_on tickets[ref title state priority opened_at] parts[sku name]"
    f" loans[{LOAN}] repairs[{REPAIR}] cost_to_date history[at by device act state ticket note details]",
    "device loans": f"items[{LOAN}] total",
    "device repairs": f"items[{REPAIR}] total",
    "device audit": "audit site room here moved unknown ended scanned[ref answer] missing[tag model]",
    "model list": f"items[{MODEL} parts] total",
    "model show": f"{MODEL} spelled sites[site name devices] symptoms[symptom failures] problems[ref title state workaround]"
    " months[month failures]"
    " parts[sku name on_hand only]",
    "model alike": "items[kept others] total",
    "report models": f"items[{MODEL} parts] total",
    "report standard": "sites[site name devices standard tolerated retiring models share]"
    " odd[name standing devices parts value target_value]"
    " steps[name devices freed target_freed models all_devices all_freed all_target_freed] models",
    "report replacement": "life years[year devices cost without_price reasons models]",
    "plan make": f"{ROTATION} items[{PLAN_LINE}] unmet[{UNMET}] changes[site before after why] notes",
    "plan list": f"items[{ROTATION}] total",
    "plan show": f"{ROTATION} items[{PLAN_LINE}] unmet[{UNMET}] total",
    "plan compare": "items[name state visits missing travel least most over shared] differences[site before after] total",
    "plan move": f"{CHANGES} cost",
    "plan publish": f"{ROTATION} moved[site planned day why] missed[site day why] notes",
    "plan recur": "items[day] closed there total",
    "plan rebook": "items[site missed day] total",
    "agreement list": "items[id site_id code site provider tier visits minutes included excluded price starts ends state"
    " targets wish] total",
    "technician list": "items[id code name role works skills latitude longitude van state] total",
    "report delivery": "since until gone items[code site visits_bought visits_made visits_due visits_planned minutes_bought"
    " minutes_made share owed] total",
    "licence list": "items[id product supplier seats used expires state cost sites] total",
    "suggest": "ref suggestions expected[minutes why] start_by",
    "sync": "sent received merged conflicts parked bytes_up bytes_down round_trips seconds waiting files_sent"
    " files_received files_waiting",
    "sync --kept": "kept[store sent waiting]",
    "sync --status": "server organisation pending last_sync offset inbox files shut_out",
    "inbox": f"items[{INBOX}] total",
    "inbox list": f"items[{INBOX}] total",
    "inbox show": f"{INBOX_ITEM} fields[name mine theirs now choosable] from why_not_mine",
    "enrol": "server organisation technician laptop",
    "import": "file kind mapping read created updated unchanged rejected errors[row column value why]"
    " warnings[row column value why] notes dry_run taken",
    "server recovery-key": "file recovery_key",
    "server recover": "laptop code",
    "server invite": "name role scopes code expires organisation",
    **dict.fromkeys(("seal", "unseal", "unlock", "lock", "passphrase"), "encrypted keyring said"),
    "demo": "home",
}


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups before what is in them."""
    for each in group.list_commands(None):
        command = group.get_command(None, each)
        full = f"{name} {each}".strip()
        yield full, command
        if hasattr(command, "list_commands"):
            yield from commands(command, full)


def reference() -> str:
    """The whole document."""
    root: Any = typer.main.get_command(app)
    parts = [HEAD, "## techdesk\n", "Without a command, the terminal interface opens on the store.\n", *_options(root)]
    for name, command in commands(root):
        parts += _section(name, command)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _section(name: str, command: Any) -> list[str]:
    level = "###" if " " in name else "##"
    words = " ".join((command.help or "").split())
    lines = [f"\n{level} {name}\n", f"{words}\n"]
    arguments = [_argument(each) for each in command.params if each.param_type_name == "argument"]
    group = hasattr(command, "list_commands")
    typed = " ".join(["techdesk", name, *arguments])
    if not group:
        lines += [f"`{typed} [options]`\n" if _shown(command) else f"`{typed}`\n"]
    lines += _options(command)
    kinds = ("", " --status", " --waiting", " --kept", *(f" {each}" for each in FLEET if name == "report"))
    for key in (f"{name}{kind}" for kind in kinds):
        if key in KEYS:
            said = f" with `{key.removeprefix(name).strip()}`" if key != name else ""
            lines.append(f"JSON{said}: {_keys(KEYS[key])}\n")
    if not group and name not in KEYS and any("--json" in each.opts for each in command.params):
        lines.append(f"JSON: {_keys(CHANGES)}\n")
    return lines


def _argument(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name.upper()).strip("[]")
    many = "..." if parameter.nargs == -1 else ""
    return f"{name}{many}" if parameter.required else f"[{name}]{many}"


def _shown(command: Any) -> list[Any]:
    """The options that say something of this command alone."""
    common = ("--help", "--install-completion", "--show-completion")
    return [each for each in command.params if each.param_type_name == "option" and each.opts[0] not in common]


def _options(command: Any) -> list[str]:
    """Arguments with a word to them, and options, as a list."""
    lines = []
    for each in command.params:
        if each.param_type_name == "argument" and getattr(each, "help", None):
            lines.append(f"- `{_argument(each)}`: {_help(each)}")
    for each in _shown(command):
        value = "" if each.is_flag else f" {each.metavar or _type(each)}"
        names = ", ".join(f"`{name}{value}`" for name in sorted(each.opts, key=len, reverse=True))
        lines.append(f"- {names}: {_help(each)}{' Needed.' if each.required else ''}")
    return [*lines, ""] if lines else []


def _type(parameter: Any) -> str:
    kind = parameter.type.name
    return {"text": "TEXT", "integer": "N", "integer range": "N", "float": "X", "float range": "X", "path": "FILE",
            "file": "FILE"}.get(kind, kind.upper())  # fmt: skip


def _help(parameter: Any) -> str:
    default = parameter.default
    told = isinstance(default, str | int) and not isinstance(default, bool) and not parameter.required
    words = " ".join((parameter.help or "").split())
    return f"{words} Default: `{default}`." if told and str(default) not in words else words


def _keys(text: str) -> str:
    """Keys as code, what is in a list's items in brackets behind it."""
    said, word = "", ""
    for letter in text + " ":
        if letter in " []":
            said += f"`{word}`" if word else ""
            word = ""
            said += {" ": ", " if said and not said.endswith((", ", " [")) else "", "[": " [", "]": "]"}[letter]
        else:
            word += letter
    return said.removesuffix(", ")


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8", newline="\n")
