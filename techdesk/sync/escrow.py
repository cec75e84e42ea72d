"""The way back from a lost passphrase, the laptop's side: the key of its store, shut for the organisation's coordinators.

Only the private half of the organisation's recovery key opens it, which the server does not have. (HPKE, RFC 9180: X25519,
HKDF-SHA256, ChaCha20-Poly1305; bound to the laptop by its id.)
"""

import logging

from techdesk.models.store import Store
from techdesk.sync import wire
from techdesk.sync.connection import SignedConnection

LOG = logging.getLogger("techdesk.sync")
INFO = b"techdesk escrow 1\n"


def leave_key(store: Store, signed: SignedConnection, recovery_key: str | None) -> bool:
    """Leaves the store's key with the server, if the store is encrypted and this key is not there yet; whether it did.
    Raises NoConnection."""
    from techdesk.models import seal

    if recovery_key is None or not seal.seal_path(store.path).exists():
        return False
    about = f"{signed.laptop} {seal.read(store.path).check} {recovery_key}"
    if store.meta("escrow") == about:
        return False
    left = {
        "protocol": wire.PROTOCOL,
        "recovery_key": recovery_key,
        "sealed": shut(recovery_key, seal.key_of(store.path), signed.laptop).hex(),
    }
    signed.exchange(wire.dumps(left), path=wire.ESCROW_PATH)
    with store.transaction():
        store.set_meta(escrow=about)
    return True


def shut(recovery_key: str, key: bytes, laptop: str) -> bytes:
    """A store's key that only the private half of the recovery key opens."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    public = X25519PublicKey.from_public_bytes(bytes.fromhex(recovery_key))
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    return suite.encrypt(key, public, INFO + laptop.encode("ascii"))
