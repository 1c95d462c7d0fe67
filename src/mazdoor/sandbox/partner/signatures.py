"""Detached signatures as the sandbox makes and checks them: its own reading of RFC 7515 and RFC 7797, not the product's."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def canonical(content: Mapping[str, Any]) -> bytes:
    """Canonical JSON, as far as these messages need it: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Key:
    """One Ed25519 key, kept in a file."""

    def __init__(self, path: Path, *, kid: str) -> None:
        self.kid = kid
        if not path.exists():
            fresh = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(fresh)
        self._key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())

    @property
    def public(self) -> dict[str, str]:
        """The public half as a JWK."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.kid, "x": _encoded(raw)}

    def sign(self, content: Mapping[str, Any]) -> str:
        """The detached signature of content (RFC 7515 appendix F)."""
        header = _encoded(json.dumps({"alg": "EdDSA", "kid": self.kid}).encode())
        payload = _encoded(canonical(content))
        return f"{header}..{_encoded(self._key.sign(f'{header}.{payload}'.encode()))}"


def is_signed(signature: str, content: Mapping[str, Any], keys: list[dict[str, Any]]) -> bool:
    """Whether one of these keys signed content, with the payload encoded or (``b64`` false) not."""
    try:
        protected, between, made = signature.split(".")
        header = json.loads(_decoded(protected))
        payload = canonical(content) if header.get("b64") is False else _encoded(canonical(content)).encode()
        (key,) = (each for each in keys if each.get("kid") == header.get("kid"))
        Ed25519PublicKey.from_public_bytes(_decoded(key["x"])).verify(
            _decoded(made), protected.encode() + b"." + payload
        )
    except (ValueError, KeyError, InvalidSignature):
        return False
    return between == ""


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
