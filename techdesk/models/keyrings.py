"""The keyring of the operating system: Windows' Credential Locker, macOS' Keychain, the Secret Service of a Linux desktop.

It keeps one half of the key of an encrypted store (see `techdesk.models.seal`), and is loaded for such stores alone (90 ms).
"""

import os
from contextlib import suppress
from types import ModuleType
from typing import Any

SERVICE = "techdesk"
OWN_BACKENDS = "keyring.backends."


def half(entry: str, backend: str) -> bytes | None:
    """What the keyring has under that name; None where there is no keyring, it is locked, or it has nothing. `backend` is
    what `backend_name` said when it was kept."""
    library = _library()
    if library is None:
        return None
    try:
        _choose(library, backend)
        return bytes.fromhex(library.get_password(SERVICE, entry) or "")
    except (library.errors.KeyringError, OSError, ValueError):
        return None


def keep(entry: str, half: bytes) -> bool:
    """Keeps a half under that name; False where it cannot be kept."""
    library = _library()
    if library is None:
        return False
    try:
        library.set_password(SERVICE, entry, half.hex())
        return bool(library.get_password(SERVICE, entry) == half.hex())
    except (library.errors.KeyringError, OSError):
        return False


def forget(entry: str) -> None:
    """Removes a half. Where it cannot be removed it is worth nothing, once the other half is gone."""
    library = _library()
    if library is not None:
        with suppress(library.errors.KeyringError, OSError):
            library.delete_password(SERVICE, entry)


def backend_name() -> str:
    """The class of the keyring in use, if it is one of the library's own for one system; a chain of several has none."""
    library = _library()
    kind: Any = type(library.get_keyring()) if library else object
    name = f"{kind.__module__}.{kind.__qualname__}"
    return name if name.startswith(OWN_BACKENDS) and ".chainer." not in name else ""


def _choose(library: ModuleType, backend: str) -> None:
    """Saves the search for a keyring, which takes 70 ms. Who has chosen one has that; where the one that was there is not
    there any more, the search will find what is."""
    chosen = library.core._keyring_backend is not None or "PYTHON_KEYRING_BACKEND" in os.environ
    if backend.startswith(OWN_BACKENDS) and not chosen:
        with suppress(ImportError, AttributeError, RuntimeError, library.errors.KeyringError):
            library.set_keyring(library.core.load_keyring(backend))


def _library() -> ModuleType | None:
    try:
        import keyring
        import keyring.core
        import keyring.errors
    except ImportError:
        return None
    return keyring
