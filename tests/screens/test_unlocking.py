"""An encrypted store under the interface: the dialog before it, and the interface itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

import techdesk.app
from techdesk.app import TechdeskApp
from techdesk.models import seal, sealed_store
from techdesk.screens.unlocking import UnlockApp
from tests.screens.desk import open_desk
from tests.screens.school import School

PASSPHRASE = "four random words"
pytestmark = pytest.mark.usefixtures("no_keyring")


@pytest.fixture
def sealed(school: School) -> School:
    sealed_store.encrypt(school.path, PASSPHRASE)
    return school


async def test_the_dialog_asks_until_the_passphrase_is_right(sealed: School) -> None:
    seal._in_hand.clear()
    app = UnlockApp(sealed.path)
    async with app.run_test() as pilot:
        await pilot.press(*"wrong", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "not the passphrase" in str(app.query_one("#wrong", Static).render())
        assert app.query_one(Input).value == ""
        app.query_one(Input).value = PASSPHRASE
        await pilot.press("enter")
        await app.workers.wait_for_complete()
    assert app.return_value is True
    assert seal.key_of(sealed.path)


async def test_what_is_typed_is_not_shown(sealed: School) -> None:
    app = UnlockApp(sealed.path)
    async with app.run_test() as pilot:
        await pilot.press(*"secret")
        assert app.query_one(Input).value == "secret"
        assert "secret" not in app.export_screenshot()


@pytest.mark.parametrize(("answer", "opened"), [(True, True), (None, False)])
def test_the_interface_opens_when_the_dialog_was_answered(
    sealed: School, monkeypatch: pytest.MonkeyPatch, answer: bool | None, opened: bool
) -> None:
    seal._in_hand.clear()
    ran: list[Path] = []

    def answered(app: UnlockApp) -> bool | None:
        if answer:
            seal.unlock(app.path, PASSPHRASE)
        return answer

    def run(app: TechdeskApp) -> None:
        ran.append(app.reads.path)
        app.writer.close()

    monkeypatch.setattr(UnlockApp, "run", answered)
    monkeypatch.setattr(TechdeskApp, "run", run)
    techdesk.app.run(sealed.path)
    assert bool(ran) is opened


async def test_the_interface_works_on_an_encrypted_store_and_keeps_drafts_shut(sealed: School) -> None:
    async with open_desk(sealed) as person:
        await person.press("n")
        await person.type("Xylophone out of tune")
        person.app._write_drafts()
        kept = sealed.path.with_suffix(".drafts.json").read_bytes()
        assert b"ylophone" not in kept
        await person.press("enter")
        await person.press("n")
        await person.type("Another")
    async with open_desk(sealed) as person:
        titles = person.app.reads.ask(lambda connection: connection.execute("SELECT title FROM ticket").fetchall())
        assert ("Xylophone out of tune",) in titles
        await person.press("n")
        assert person.app.screen.query_one(Input).value == "Another"
