"""The keys cards are signed with: Ed25519, in a file beside the keyring, never in the database.

The newest key signs; older ones are still published, so that cards made with them still verify. A key is named by the
first eight bytes of its COSE Key Thumbprint (RFC 9679), which every verifier can compute for itself.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mazdoor.database.home import home_folder
from mazdoor.interfaces.credentials.refusals import KEYS_UNREADABLE

EDDSA: Final = -8
_OKP, _ED25519 = 1, 6
_KTY, _KID, _ALG, _OPS, _CRV, _X = 1, 2, 3, 4, -1, -2
_VERIFY: Final = 2
MOST_KEYS: Final = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key pair of ours and the day it was made."""

    private: Ed25519PrivateKey
    made_on: dt.date

    @property
    def x(self) -> bytes:
        """The public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def kid(self) -> bytes:
        """The key's name, 8 bytes."""
        return thumbprint(self.x)


def thumbprint(x: bytes) -> bytes:
    """The first eight bytes of the COSE Key Thumbprint (RFC 9679, SHA-256) of an Ed25519 public key."""
    return hashlib.sha256(cbor2.dumps({_KTY: _OKP, _CRV: _ED25519, _X: x}, canonical=True)).digest()[:8]


def key_file() -> Path:
    """Where the private keys are kept."""
    return home_folder() / "keys" / "cards.json"


@lru_cache(maxsize=1)
def signing_keys() -> tuple[SigningKey, ...]:
    """Our keys, the newest last; the first is made at first use."""
    path = key_file()
    if not path.exists():
        _write(path, [_fresh()], first=True)
    return tuple(
        SigningKey(
            Ed25519PrivateKey.from_private_bytes(bytes.fromhex(row["private"])), dt.date.fromisoformat(row["made_on"])
        )
        for row in json.loads(path.read_text())["keys"]
    )


def new_signing_key() -> SigningKey:
    """Add a key, which signs from now on. Running processes take it up when they are started anew."""
    signing_keys()
    path = key_file()
    _write(path, [*json.loads(path.read_text())["keys"], _fresh()], first=False)
    signing_keys.cache_clear()
    return signing_keys()[-1]


def public_keys() -> dict[bytes, bytes]:
    """Our public keys by name."""
    return {key.kid: key.x for key in signing_keys()}


def key_set_cbor() -> bytes:
    """The public keys as a COSE_KeySet (RFC 9052, section 7)."""
    return cbor2.dumps(
        [
            {_KTY: _OKP, _KID: key.kid, _ALG: EDDSA, _OPS: [_VERIFY], _CRV: _ED25519, _X: key.x}
            for key in signing_keys()
        ],
        canonical=True,
    )


def key_set_json() -> dict[str, Any]:
    """The same keys as a JWK set (RFC 7517, RFC 8037); ``kid`` is the COSE name in hex."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": key.kid.hex(),
                "x": base64.urlsafe_b64encode(key.x).rstrip(b"=").decode(),
            }
            for key in signing_keys()
        ]
    }


def read_key_set(data: bytes) -> dict[bytes, bytes]:
    """Public keys from a file of somebody's site: a COSE_KeySet or a JWK set. Raises ``CRD-011``."""
    try:
        if data.lstrip()[:1] == b"{":
            rows = [(bytes.fromhex(row["kid"]), _unpadded(row["x"])) for row in json.loads(data)["keys"]]
        else:
            rows = [(row[_KID], row[_X]) for row in cbor2.loads(data)]
        keys = {kid: x for kid, x in rows if isinstance(kid, bytes) and isinstance(x, bytes)}
        for x in keys.values():
            Ed25519PublicKey.from_public_bytes(x)
    except (ValueError, KeyError, TypeError, cbor2.CBORDecodeError) as broken:
        raise KEYS_UNREADABLE.because(what="keys") from broken
    if not keys or len(keys) > MOST_KEYS:
        raise KEYS_UNREADABLE.because(what="keys")
    return keys


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _fresh() -> dict[str, str]:
    return {
        "private": Ed25519PrivateKey.generate().private_bytes_raw().hex(),
        "made_on": dt.datetime.now(tz=dt.UTC).date().isoformat(),
    }


def _write(path: Path, rows: list[dict[str, str]], *, first: bool) -> None:
    """The file appears whole or not at all, for its owner only; two first starts at once agree on one key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"keys": rows}, file)
    if not first:
        waiting.replace(path)
        return
    try:
        os.link(waiting, path)
    except FileExistsError:
        pass  # another process made the key first: theirs is the one
    finally:
        waiting.unlink()
