"""Sealed values: CNIC and account numbers are kept encrypted and found by a blind index.

*Sealing* is AES-256-GCM with a random 96-bit nonce; the purpose ("cnic", "iban", "mobile", "address") is bound in as
associated data, so a sealed CNIC cannot be passed off as a sealed account. Layout: one byte key number, 12 bytes nonce,
ciphertext with its 16-byte tag. A *blind index* is keyed BLAKE2b (16 bytes) over purpose and value: equal values meet,
and without the key nobody can try the ten billion possible CNICs. For matching with errors a CNIC also has an index for
each of its three segments and for its sorted digits.

Keys live outside the database, in a file only the service may read.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12
INDEX_BYTES: Final = 16


class SealBroken(ValueError):
    """A sealed value was altered, belongs to another purpose, or was sealed by a key we do not hold."""


@dataclass(frozen=True, slots=True)
class CnicIndexes:
    """Blind indexes of one CNIC: whole, three segments (5, 7, 1 digits), sorted digits; 16 bytes each."""

    whole: bytes
    segment_1: bytes
    segment_2: bytes
    segment_3: bytes
    sorted_digits: bytes


class Keyring:
    """The keys of one installation. Old keys still open; the newest seals."""

    def __init__(self, *, sealing_keys: dict[int, bytes], index_key: bytes) -> None:
        if not sealing_keys or any(not 0 <= number < 256 for number in sealing_keys):
            raise ValueError("a keyring holds at least one sealing key, numbered 0 to 255")
        self._ciphers = {number: AESGCM(key) for number, key in sealing_keys.items()}
        self._newest = max(sealing_keys)
        self._index_key = index_key

    @classmethod
    def load_or_create(cls, path: Path) -> Keyring:
        """Read the key file; where there is none, make one that only its owner may read (mode 0600).

        The file appears whole or not at all, so two first starts at once agree on one key.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = {"sealing": {"1": secrets.token_hex(32)}, "index": secrets.token_hex(32)}
            waiting = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(fresh, file)
            try:
                os.link(waiting, path)
            except FileExistsError:
                pass  # another process made the key first: theirs is the one
            finally:
                waiting.unlink()
        content = json.loads(path.read_text())
        return cls(
            sealing_keys={int(number): bytes.fromhex(key) for number, key in content["sealing"].items()},
            index_key=bytes.fromhex(content["index"]),
        )

    def seal(self, value: str, *, purpose: str) -> bytes:
        """Encrypt ``value`` for one purpose. Two sealings of the same value differ."""
        return self.seal_bytes(value.encode(), purpose=purpose)

    def seal_bytes(self, content: bytes, *, purpose: str) -> bytes:
        """Encrypt the content of a file for one purpose."""
        nonce = os.urandom(_NONCE)
        cipher = self._ciphers[self._newest]
        return bytes([self._newest]) + nonce + cipher.encrypt(nonce, content, purpose.encode())

    def seal_all(self, values: Sequence[str | None], *, purpose: str) -> list[bytes | None]:
        """Each value as `seal` encrypts it, nothing for nothing: for many at once, at half the cost."""
        encrypt, key, bound = self._ciphers[self._newest].encrypt, bytes([self._newest]), purpose.encode()
        random = os.urandom(_NONCE * len(values))
        sealed: list[bytes | None] = []
        for place, value in enumerate(values):
            if not value:
                sealed.append(None)
                continue
            nonce = random[place * _NONCE : (place + 1) * _NONCE]
            sealed.append(key + nonce + encrypt(nonce, value.encode(), bound))
        return sealed

    def open(self, sealed: bytes | memoryview, *, purpose: str) -> str:
        """Decrypt. Raises :class:`SealBroken` (which names no value)."""
        return self.open_bytes(sealed, purpose=purpose).decode()

    def open_bytes(self, sealed: bytes | memoryview, *, purpose: str) -> bytes:
        """Decrypt the content of a file. Raises :class:`SealBroken`."""
        data = bytes(sealed)
        if len(data) < 1 + _NONCE + 16 or data[0] not in self._ciphers:
            raise SealBroken("this value was not sealed by a key of this installation")
        try:
            return self._ciphers[data[0]].decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], purpose.encode())
        except InvalidTag as broken:
            raise SealBroken("this sealed value was altered or belongs to another purpose") from broken

    def index(self, value: str, *, purpose: str) -> bytes:
        """The blind index of ``value`` for one purpose: 16 bytes, the same each time."""
        digest = blake2b(key=self._index_key, digest_size=INDEX_BYTES, person=purpose.encode()[:16])
        digest.update(value.encode())
        return digest.digest()

    def index_all(self, values: Iterable[str | None], *, purpose: str) -> list[bytes | None]:
        """Each value as `index` gives it, nothing for nothing: the key is taken up once for all of them."""
        keyed = blake2b(key=self._index_key, digest_size=INDEX_BYTES, person=purpose.encode()[:16])
        found: list[bytes | None] = []
        for value in values:
            if not value:
                found.append(None)
                continue
            digest = keyed.copy()
            digest.update(value.encode())
            found.append(digest.digest())
        return found

    def cnic_indexes(self, cnic: str) -> CnicIndexes:
        """All blind indexes of a thirteen-digit CNIC."""
        return CnicIndexes(
            whole=self.index(cnic, purpose="cnic"),
            segment_1=self.index(cnic[:5], purpose="cnic-1"),
            segment_2=self.index(cnic[5:12], purpose="cnic-2"),
            segment_3=self.index(cnic[12:], purpose="cnic-3"),
            sorted_digits=self.index("".join(sorted(cnic)), purpose="cnic-sorted"),
        )

    def pseudonym(self, value: str, *, within: str) -> str:
        """A stable pseudonym of ``value`` inside one context (a snapshot, an open data set): 20 hex characters.

        Pseudonyms of different contexts cannot be joined without the key.
        """
        key = hmac.digest(self._index_key, f"pseudonym:{within}".encode(), "sha256")
        return blake2b(value.encode(), key=key[:64], digest_size=10).hexdigest()
