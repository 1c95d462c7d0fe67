"""Our signing keys, and detached signatures made and verified (JWS: RFC 7515 appendix F, RFC 7797).

What is signed is ``{"header": …, "message": …}`` of an envelope as canonical JSON (RFC 8785): sorted keys, no spaces,
UTF-8. The signature travels as ``protected..signature``; its protected header names the key (``kid``). On verifying, the
JSON may also have been written without spaces in the order it was sent, as other implementations do, and ``b64`` may be
false or left out; both readings have exactly the content that is then worked on.

Keys are Ed25519, in a file beside the database that only the service may read. The newest signs; older ones stay
published, so that what they signed can be verified.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from joserfc import jwk, jws
from joserfc.errors import JoseError, SecurityWarning

from mazdoor.database.home import home_folder

# EdDSA is the name the wire uses and other systems know; RFC 9864 would rather call the same thing Ed25519.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

ALGORITHMS: Final = ("EdDSA", "Ed25519", "ES256", "PS256", "RS256")
"""What senders may sign with. Never ``none``, and no shared secrets."""
KEPT_KEYS: Final = 5
_PUBLIC_TYPES: Final = {"OKP", "EC", "RSA"}


def _file() -> Path:
    return home_folder() / "keys" / "signing.json"


def our_keys() -> list[jwk.Key]:
    """Our signing keys with their private parts, the newest last. Made at first use."""
    path = _file()
    if not path.exists():
        add_key()
    return list(_keys_of(path.stat().st_mtime_ns))


def add_key() -> str:
    """Make a new signing key, which signs from now on; returns its ``kid``. The oldest beyond five is no longer published."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (path.parent / "signing.lock").open("w") as lock:  # two first starts at once must agree on one key
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = json.loads(path.read_text())["keys"] if path.exists() else []
        made = jwk.OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
        held.append(made.as_dict(private=True))
        waiting = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"keys": held[-KEPT_KEYS:]}, file)
        waiting.replace(path)
    return str(made.kid)


@lru_cache(maxsize=2)
def _keys_of(changed_at: int) -> tuple[jwk.Key, ...]:
    """The keys of the file as it was changed at a moment: read once, and again after a new key."""
    return tuple(jwk.JWKRegistry.import_key(each) for each in json.loads(_file().read_text())["keys"])


def published_keys() -> dict[str, Any]:
    """Our public keys as a JWK set, for ``/.well-known/jwks.json``."""
    return {"keys": [key.as_dict(private=False) for key in our_keys()]}


def canonical(document: Any) -> bytes:
    """JSON in its canonical form (RFC 8785), as UTF-8. Raises ``ValueError`` for numbers that JSON has no form for."""
    return json.dumps(
        _plain(document), ensure_ascii=False, separators=(",", ":"), sort_keys=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    """``value`` with keys in the order of UTF-16 code units, and whole floats written as whole numbers."""
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda pair: str(pair[0]).encode("utf-16-be", "surrogatepass"))
        return {str(key): _plain(inner) for key, inner in ordered}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 2**53:
        return int(value)
    return value


def sign_detached(content: Mapping[str, Any]) -> str:
    """The detached signature of ``content`` by our newest key."""
    key = our_keys()[-1]
    return jws.serialize_compact(
        {"alg": "EdDSA", "kid": key.kid, "b64": False, "crit": ["b64"]},
        canonical(content),
        key,
        algorithms=list(ALGORITHMS),
    )


def check_keys(keys: Any) -> list[dict[str, Any]]:
    """The public signing keys of a JWK set or list. Raises ``ValueError`` where one is private, symmetric or without kid."""
    listed = keys.get("keys") if isinstance(keys, Mapping) else keys
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError("not a JWK set")
    for each in listed:
        if each.get("kty") not in _PUBLIC_TYPES or "d" in each or not each.get("kid"):
            raise ValueError("a key is private, symmetric or without a kid")
        try:
            jwk.JWKRegistry.import_key(each)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ValueError("a key cannot be read") from error
    return list(listed)


def is_signed_by(signature: str, content: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> bool:
    """Whether ``signature`` is a detached one of ``content`` by one of these public keys."""
    parts = signature.split(".")
    if len(parts) != 3 or parts[1]:
        return False
    try:
        header = json.loads(_decoded(parts[0]))
    except ValueError:
        return False
    named = [each for each in keys if isinstance(header, dict) and each.get("kid") == header.get("kid")]
    as_sent = json.dumps(dict(content), ensure_ascii=False, separators=(",", ":"))
    for candidate in named:
        key = jwk.JWKRegistry.import_key(dict(candidate))
        for payload in (canonical(content), as_sent.encode("utf-8", "surrogatepass")):
            try:
                found = jws.deserialize_compact(signature, key, algorithms=list(ALGORITHMS), payload=payload)
            except (JoseError, ValueError, TypeError):
                continue
            if found.payload == payload:
                return True
    return False


def kid_of(signature: str) -> str:
    """The key a signature names; '' where it names none."""
    try:
        header = json.loads(_decoded(signature.split(".")[0]))
    except ValueError:
        return ""
    return str(header.get("kid") or "") if isinstance(header, dict) else ""


def _decoded(part: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
