"""Invitations: a one-time code that lets one person enrol one laptop."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypedDict

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput
from techdesk.server import grants
from techdesk.server.permissions import ROLES, TECHNICIAN
from techdesk.server.storage import Session, opened

ORGANISATION = "techdesk"
DAYS = 7
FIRST_NUMBER = 1001
# Base 32 without the letters that are mistaken for digits (I, L, O) or make words (U): 80 bits in 16 of them.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16


class Invitation(TypedDict):
    """What the person who invites passes on; `no_school` are the scopes that fit no school yet."""

    name: str
    role: str
    scopes: list[str]
    no_school: list[str]
    code: str
    expires: str
    organisation: str


def invite(
    database: str | Path,
    name: str,
    role: str = TECHNICIAN,
    scopes: Sequence[str] = (),
    organisation: str = ORGANISATION,
    days: int = DAYS,
    *,
    no_school_yet: bool = False,
) -> Invitation:
    """Makes a code for a person; the organisation is made with its first invitation. Only the code's hash is kept.

    Raises BadInput, NotFound for a scope that fits no school unless there may be `no_school_yet`, or StoreUnusable for a
    database that cannot be used.
    """
    name, organisation = name.strip(), organisation.strip()
    if not name or not organisation or len(name) > 200 or len(organisation) > 200:
        raise BadInput("An invitation needs the name of a person, and of an organisation: write both.")
    if role not in ROLES:
        raise BadInput(f"The role is '{role}': it must be one of {', '.join(ROLES)}.")
    if not 1 <= days <= 365:
        raise BadInput(f"The invitation is for {days} days: it must be from 1 to 365.")
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    expires = clock.moment(clock.now() + timedelta(days=days))
    storage = opened(database)
    try:
        with storage.transaction() as session:
            org = _organisation(session, organisation)
            if not no_school_yet:
                grants.refuse_unknown(session, org, scopes)
            no_school = [label for label in scopes if label not in grants.labels_in_use(session)[org]]
            session.run(
                "INSERT INTO invite (code_hash, org, name, role, scopes, expires) VALUES (?, ?, ?, ?, ?, ?)",
                code_hash(code), org, name, role, json.dumps(list(scopes)), expires,
            )  # fmt: skip
    finally:
        storage.close()
    grouped = "-".join(code[at : at + 4] for at in range(0, LENGTH, 4))
    return Invitation(
        name=name, role=role, scopes=list(scopes), no_school=no_school, code=grouped, expires=expires,
        organisation=organisation,
    )  # fmt: skip


def code_hash(code: str) -> str:
    """The hash of a code as a person types it: any case, with or without its dashes, O for 0 and I or L for 1. The code is
    80 random bits, so a plain hash cannot be searched."""
    cleaned = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(cleaned.translate(str.maketrans("OIL", "011")).encode()).hexdigest()


def _organisation(session: Session, name: str) -> int:
    """The number of the organisation with that name, made if it is new."""
    session.run(
        "INSERT INTO org_head (id, name, epoch, seq, chain, next_number, created_at) VALUES (?, ?, ?, 0, '', ?, ?)"
        " ON CONFLICT (name) DO NOTHING",
        new_id(), name, new_id(), FIRST_NUMBER, clock.moment(clock.now()),
    )  # fmt: skip
    return int(session.rows("SELECT org FROM org_head WHERE name = ?", name)[0]["org"] or 0)
