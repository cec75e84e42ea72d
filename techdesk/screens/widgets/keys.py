"""The key map: a person's own keys checked before they count, and the rows of the help screen.

Textual takes a key map as it is: an unknown id is ignored, two actions may share a key, and then one of
them cannot be reached any more. So every override is checked here, and one that cannot work is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations
from typing import Any, NamedTuple

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, format_key, key_to_character
from textual.screen import Screen
from textual.widget import Widget

Area = DOMNode | type[DOMNode]
"""What has bindings: the app, a screen, a widget, or the class of one."""

_MODIFIERS = frozenset(["ctrl", "shift", "alt", "super", "meta", "hyper"])
_NAMED_KEYS = frozenset(key.value for key in Keys)


class BindingRow(NamedTuple):
    """A line of the help screen."""

    area: str
    keys: str
    """The keys as they are shown, "↓ j"."""
    id: str
    description: str
    tooltip: str


@dataclass(frozen=True)
class _Action:
    """What a binding does in an area, with all its keys in Textual's long names."""

    area: type[DOMNode]
    id: str | None
    action: str
    description: str
    keys: frozenset[str]

    @property
    def name(self) -> str:
        return f'"{self.id}"' if self.id else f"{self.description or self.action} ({_title(self.area)})"


def apply_keymap(app: App[Any], keys: Mapping[str, str], *areas: Area) -> list[str]:
    """Set the app's key map from `keys` (binding id -> "key" or "key,key"), as far as it can work.

    Known are the app, its declared screens and modes, what is on the screen, and `areas`: name the
    screens and widgets there that are made later. Returns a sentence for each override that is left
    out, and for each id or key that the areas themselves declare twice.
    """
    declared = _actions(app, _known(app, areas))
    ids = {action.id for action in declared if action.id}
    problems = _declared_twice(declared)
    wanted: dict[str, str] = {}
    for binding_id, key in keys.items():
        problem = _problem(binding_id, key, ids)
        if problem is None:
            wanted[binding_id] = ",".join(_long_names(key))
        else:
            problems.append(problem)
    while (clash := _first_clash(declared, wanted)) is not None:
        left_out, sentence = clash
        del wanted[left_out]
        problems.append(sentence)
    app.set_keymap(wanted)
    return problems


def binding_rows(app: App[Any], *areas: Area) -> list[BindingRow]:
    """What each key does, with the key map applied: in `areas`, or where none are named in all that is known.

    Bindings without a description are left out, and so are those that Textual marks as its own.
    """
    rows: list[BindingRow] = []
    for area in [_class_of(area) for area in areas] or _known(app, ()):
        grouped: dict[tuple[str | None, str, str], list[Binding]] = {}
        for binding in _bindings(app, area):
            if binding.description and not binding.system:
                key = (binding.id, binding.action, binding.description)
                grouped.setdefault(key, []).append(binding)
        for (binding_id, _action, description), bindings in grouped.items():
            shown = " ".join(app.get_key_display(binding) for binding in _remapped(app, bindings))
            rows.append(BindingRow(_title(area), shown, binding_id or "", description, bindings[0].tooltip))
    return rows


def _known(app: App[Any], areas: Iterable[Area]) -> list[type[DOMNode]]:
    """The classes whose bindings matter: each once, the app's first."""
    found: list[type[DOMNode]] = [type(app)]
    declared = [*app.SCREENS.values(), *app.MODES.values()]
    found.extend(one for one in declared if isinstance(one, type))
    if app.is_running:
        for screen in app.screen_stack:
            found.append(type(screen))
            found.extend(type(widget) for widget in screen.walk_children(Widget))
    found.extend(_class_of(area) for area in areas)
    return list(dict.fromkeys(found))


def _class_of(area: Area) -> type[DOMNode]:
    return area if isinstance(area, type) else type(area)


def _title(area: type[DOMNode]) -> str:
    if area.BINDING_GROUP_TITLE:
        return area.BINDING_GROUP_TITLE
    return "Everywhere" if issubclass(area, App) else area.__name__


def _bindings(app: App[Any], area: type[DOMNode]) -> list[Binding]:
    """The bindings of a class, one a key; a class overrides its bases key by key, as in Textual."""
    if isinstance(app, area):
        # The palette's key and others are bound when the app is made, so its class does not tell them.
        return [binding for _key, binding in app._bindings]
    by_key: dict[str, list[Binding]] = {}
    for base in reversed(area.__mro__):
        if not (issubclass(base, DOMNode) and "BINDINGS" in vars(base)):
            continue
        own: dict[str, list[Binding]] = {}
        for binding in Binding.make_bindings(vars(base)["BINDINGS"]):
            own.setdefault(binding.key, []).append(binding)
        by_key = {**by_key, **own} if base._inherit_bindings else own
    return [binding for bindings in by_key.values() for binding in bindings]


def _actions(app: App[Any], areas: Iterable[type[DOMNode]]) -> list[_Action]:
    actions: list[_Action] = []
    for area in areas:
        grouped: dict[tuple[str | None, str, str], set[str]] = {}
        for binding in _bindings(app, area):
            key = (binding.id, binding.action, binding.description)
            grouped.setdefault(key, set()).add(binding.key)
        actions.extend(_Action(area, *key, keys=frozenset(keys)) for key, keys in grouped.items())
    return actions


def _long_names(keys: str) -> list[str]:
    """The keys of a list "a,ctrl+b,?" in Textual's long names."""
    named = Binding.make_bindings([Binding(keys, "")]) if keys.strip() else []
    return [binding.key for binding in named]


def _problem(binding_id: str, keys: str, ids: Iterable[str]) -> str | None:
    """Why this override cannot work by itself, or None."""
    if binding_id not in ids:
        close = get_close_matches(binding_id, list(ids), n=1)
        meant = f', did you mean "{close[0]}"' if close else ""
        return f'There is nothing called "{binding_id}" to give a key to{meant}.'
    parts = [part.strip() for part in keys.split(",")]
    if "" in parts:
        return f'"{binding_id}" has a key missing in "{keys}", so it keeps its own. A comma is written "comma".'
    for part in parts:
        *modifiers, name = part.split("+") if part != "+" else [part]
        is_key = len(name) == 1 or name in _NAMED_KEYS or key_to_character(name) is not None
        if not is_key or not _MODIFIERS.issuperset(modifiers):
            return f'There is no key "{part}", so "{binding_id}" keeps its own.'
    return None


def _declared_twice(actions: list[_Action]) -> list[str]:
    """Ids that mean two things, and keys with two meanings in one area, before anybody changed a key."""
    problems = []
    for one, other in combinations([action for action in actions if action.id], 2):
        if one.id == other.id and one.action != other.action:
            problems.append(f'"{one.id}" is the name of two things, {one.action} and {other.action}.')
        elif one.area is other.area and (shared := one.keys & other.keys):
            key = format_key(min(shared))
            problems.append(f"The key {key} means two things, {one.name} and {other.name}.")
    return list(dict.fromkeys(problems))


def _first_clash(actions: list[_Action], wanted: Mapping[str, str]) -> tuple[str, str] | None:
    """(id to leave out, why) for the first override that takes a key which means something else there."""
    keyed = [(action, _keys_now(action, wanted)) for action in actions]
    for (one, one_keys), (other, other_keys) in combinations(keyed, 2):
        shared = one_keys & other_keys
        same = one.id is not None and one.id == other.id
        if not shared or same or not _meet(one.area, other.area):
            continue
        # of two overrides the one that comes later in the file gives way
        changed = [binding_id for binding_id in wanted if binding_id in (one.id, other.id)]
        if not changed:
            continue
        keeps, loses = (one, other) if other.id == changed[-1] else (other, one)
        return changed[-1], (
            f"The key {format_key(min(shared))} already means {keeps.name}, so {loses.name} keeps its own."
        )
    return None


def _keys_now(action: _Action, wanted: Mapping[str, str]) -> frozenset[str]:
    override = wanted.get(action.id) if action.id else None
    return action.keys if override is None else frozenset(override.split(","))


def _meet(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """Whether a key can reach both: the app's keys everywhere, a screen's keys in every widget on it."""
    if one is other or issubclass(one, App) or issubclass(other, App):
        return True
    return issubclass(one, Screen) != issubclass(other, Screen)


def _remapped(app: App[Any], bindings: list[Binding]) -> list[Binding]:
    """The bindings of one action, with the keys that the app's key map gives it."""
    binding_id = bindings[0].id
    # Textual offers no reading of the key map; asking it is better than a second copy that can differ.
    override = app._keymap.get(binding_id) if binding_id else None
    if override is None:
        return bindings
    return [bindings[0].with_key(key) for key in override.split(",")]
