"""What each kind of file may tell: its fields, the type of each, and which of them a row cannot do without."""

from typing import NamedTuple

from techdesk.desk import inventory, priority, story, tickets

# text; integer; count (whole, 0 or more); number (decimals); money (0 or more); date (YYYY-MM-DD); moment (UTC);
# flag (0 or 1); until (a date; or yes where it is past, and nobody says since when, or no where none is known)
Type = str


class Kind(NamedTuple):
    """fields: name -> type. choices: closed sets of words. needed: the fields of which a row must have each.

    extra: whether other columns may be kept beside the fields.
    """

    fields: dict[str, Type]
    choices: dict[str, tuple[str, ...]]
    needed: tuple[str, ...] = ()
    extra: bool = False


def _fields(**names: str) -> dict[str, Type]:
    return {name: type for type, line in names.items() for name in line.split()}


_SITES = _fields(
    text="id code name cluster trust phase address postcode telephone website timezone entry_notes state rooms extra",
    number="latitude longitude",
    integer="pupils",
)
_TICKETS = _fields(
    text="id ref text kind site room reporter service device symptom category tags channel owner role state hold_reason"
    " hold_until resolution cause source source_key source_digest group assigned_to",
    integer="impact urgency priority reopened reassigned",
    flag="told_in_person",
    moment="opened_at responded_at resolved_at closed_at respond_due fix_due",
)
_DEVICES = _fields(
    text="id tag serial source_key name manufacturer model model_number category site room holder supplier order_number"
    " state note extra",
    money="cost",
    date="bought warranty_end last_seen",
    until="update_expiry",
)
_MODELS = _fields(text="id name number category manufacturer standing", until="update_expiry")
_EXPIRY = _fields(text="product name manufacturer until")
_PARTS = _fields(
    text="id sku name category supplier location",
    money="unit_cost",
    count="quantity minimum target",
    flag="serialised",
)
_LICENCES = _fields(
    text="id product key supplier order_number note site",
    count="seats used warn_days",
    money="cost",
    date="starts expires",
)
_PEOPLE = _fields(
    text="id kind name first_name last_name code role email telephone channel site skills working_days state",
    number="base_latitude base_longitude",
    flag="may_sign",
)
_AGREEMENTS = _fields(
    text="site provider tier included excluded days technician skills",
    count="visits minutes cycle_visits cycle_weeks slot",
    money="price",
    date="starts ends",
)

# On hold for a reason is one word in most exports, and two fields here.
STATES = (*story.STATES, *(f"on_hold {reason}" for reason in story.HOLD_REASONS))
RANKS = tuple(str(rank) for rank in range(1, 6))

KINDS = {
    "sites": Kind(_SITES, {"state": ("active", "left")}, ("name",), extra=True),
    "tickets": Kind(
        _TICKETS,
        {
            "state": STATES,
            "kind": tickets.KINDS,
            "channel": tickets.CHANNELS,
            "role": story.ROLES,
            "hold_reason": story.HOLD_REASONS,
            "impact": tuple(str(each) for each in priority.IMPACTS),
            "urgency": tuple(str(each) for each in priority.URGENCIES),
            "priority": RANKS,
        },
        ("text",),
    ),
    "devices": Kind(_DEVICES, {"state": inventory.DEVICE_STATES}, extra=True),
    "models": Kind(_MODELS, {"standing": inventory.STANDINGS}, ("name",)),
    "expiry": Kind(_EXPIRY, {}, ("name", "until")),
    "parts": Kind(_PARTS, {}, ("name",)),
    "agreements": Kind(_AGREEMENTS, {}, ("site",)),
    "licences": Kind(_LICENCES, {}, ("product",)),
    "people": Kind(_PEOPLE, {"kind": ("technician", "contact"), "state": ("active", "left")}),
}
