"""Who wrote, from an e-mail address: a contact, and the site that is meant."""

import sqlite3

# Where many have their mail, who have nothing else in common.
ANYBODYS = frozenset(
    ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "yahoo.com", "yahoo.co.uk", "icloud.com",
     "live.com", "live.co.uk", "aol.com", "btinternet.com", "gmx.de", "gmx.net", "web.de", "proton.me")
)  # fmt: skip


def sender(connection: sqlite3.Connection, address: str | None, name: str | None) -> tuple[str | None, str | None]:
    """(who reports, the code of their site). A contact with that address is known by name; else the address's domain may be
    that of one site, by its contacts or its website."""
    if address is None:
        return name, None
    found = connection.execute(
        "SELECT c.name, s.code FROM contact c JOIN site s ON s.id = c.site_id WHERE lower(c.email) = ? ORDER BY c.id LIMIT 2",
        (address,),
    ).fetchall()
    if found:
        return str(found[0][0]), str(found[0][1]) if len(found) == 1 else None
    return f"{name} <{address}>" if name and name != address else address, _site_of(connection, address)


def _site_of(connection: sqlite3.Connection, address: str) -> str | None:
    domain = address.rpartition("@")[2]
    if domain in ANYBODYS:
        return None
    # Of the website its host alone, and all of that: what begins alike may be anybody's.
    rows = connection.execute(
        "SELECT DISTINCT s.code FROM site s LEFT JOIN contact c ON c.site_id = s.id WHERE lower(c.email) LIKE ? ESCAPE '\\'"
        " OR replace(replace(replace(lower(s.website), 'https://', ''), 'http://', ''), 'www.', '') || '/'"
        " LIKE ? ESCAPE '\\' LIMIT 2",
        (f"%@{_plain(domain)}", f"{_plain(domain)}/%"),
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
