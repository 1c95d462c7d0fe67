"""The credential in the QR: a CWT (RFC 8392) with IANA claim 169, in a COSE_Sign1, zlib, Base45.

What it holds is the least that protects what is printed: registry number, name in both scripts, district, who issued
it, from when and until when, and its place in the status list. No CNIC, no birth date, no telephone, no address: whoever
photographs a card in a queue learns nothing that is not printed on its front. The order of the steps (CBOR, CWT, COSE
sign, zlib, Base45) and the numbers of the attributes are those of MOSIP's QR code specification for claim 169 (1.2).
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cwt import COSE, COSEKey

from mazdoor.interfaces.credentials import base45
from mazdoor.interfaces.credentials.keys import EDDSA, SigningKey

ISS, SUB, EXP, IAT = 1, 2, 4, 6
CLAIM_169: Final = 169
STATUS: Final = 65535
"""The ``status`` claim of Token Status List (draft-ietf-oauth-status-list)."""
ALG, KID, TYP = 1, 4, 16
COSE_SIGN1: Final = 18
ID, VERSION, LANGUAGE, FULL_NAME, SECOND_NAME, SECOND_LANGUAGE, LOCATION = 1, 2, 3, 4, 19, 20, 21
SPECIFICATION: Final = "1.2.0"
LARGEST: Final = 64 * 1024
"""Bytes a credential may unfold to: a QR holds at most 3 kB, so more is an attack."""


class NotACredential(ValueError):
    """The text is not a signed CWT with claim 169, or was altered so that it cannot be read."""


class SignatureWrong(ValueError):
    """The credential can be read, but no key we know signed it as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a QR says. Names are as printed; dates are instants in UTC."""

    issuer: str
    card_id: int
    registry_number: str
    name: str
    name_ur: str
    district_code: str
    issued_at: dt.datetime
    expires_at: dt.datetime
    status_uri: str
    status_index: int


def claims_of(credential: Credential) -> dict[int, Any]:
    """The CWT claims of a credential."""
    both = credential.name and credential.name_ur
    person: dict[int, Any] = {
        ID: credential.registry_number,
        VERSION: SPECIFICATION,
        LANGUAGE: "eng" if credential.name else "urd",
        FULL_NAME: credential.name or credential.name_ur,
        LOCATION: credential.district_code,
    }
    if both:
        person |= {SECOND_NAME: credential.name_ur, SECOND_LANGUAGE: "urd"}
    return {
        ISS: credential.issuer,
        SUB: str(credential.card_id),
        EXP: int(credential.expires_at.timestamp()),
        IAT: int(credential.issued_at.timestamp()),
        CLAIM_169: person,
        STATUS: {"status_list": {"idx": credential.status_index, "uri": credential.status_uri}},
    }


def sign(claims: Mapping[int, Any], key: SigningKey, *, typ: str = "") -> bytes:
    """A COSE_Sign1 over the claims; ``typ`` says what kind of token it is where that is not a person's."""
    protected: dict[int, Any] = {ALG: EDDSA, KID: key.kid}
    if typ:
        protected[TYP] = typ
    cose_key = COSEKey.new({1: 1, 2: key.kid, 3: EDDSA, -1: 6, -2: key.x, -4: key.private.private_bytes_raw()})
    return bytes(COSE.new().encode(cbor2.dumps(dict(claims)), cose_key, protected=protected))


def qr_text(token: bytes) -> str:
    """The token as a QR carries it."""
    return base45.encode(zlib.compress(token, 9))


def token_of(text: str) -> bytes:
    """The token in a QR's text. Raises :class:`NotACredential`."""
    try:
        unfolding = zlib.decompressobj()
        token = unfolding.decompress(base45.decode(text), LARGEST)
        if not unfolding.eof:
            raise NotACredential("cut off, or larger than a card's")
    except (ValueError, zlib.error) as broken:
        raise NotACredential("not the text of a card") from broken
    return token


def open_token(token: bytes, keys: Mapping[bytes, bytes]) -> tuple[dict[int, Any], dict[int, Any]]:
    """Protected header and claims of a token one of ``keys`` signed.

    The signature is checked over the bytes as they stand, with the algorithm that belongs to the key and not the one
    the token names. Raises :class:`NotACredential` or :class:`SignatureWrong`.
    """
    try:
        tagged = cbor2.loads(token)
        if not isinstance(tagged, cbor2.CBORTag) or tagged.tag != COSE_SIGN1:
            raise NotACredential("not a COSE_Sign1")
        protected, _, payload, signature = tagged.value
        header = cbor2.loads(protected)
        claims = cbor2.loads(payload)
    except (cbor2.CBORDecodeError, ValueError, TypeError) as broken:
        raise NotACredential("not the text of a card") from broken
    if not isinstance(header, dict) or not isinstance(claims, dict) or not isinstance(signature, bytes):
        raise NotACredential("not a CWT")
    x = keys.get(header.get(KID, b""))
    if x is None or header.get(ALG) != EDDSA:
        raise SignatureWrong("signed by nobody we know")
    try:
        Ed25519PublicKey.from_public_bytes(x).verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    except InvalidSignature as wrong:
        raise SignatureWrong("altered after it was signed") from wrong
    return header, claims


def read(text: str, keys: Mapping[bytes, bytes]) -> Credential:
    """The credential in a QR's text, signed by one of ``keys``. It may have run out or been revoked: see `checking`.

    Raises :class:`NotACredential` or :class:`SignatureWrong`.
    """
    header, claims = open_token(token_of(text), keys)
    if TYP in header:
        raise NotACredential("a token of another kind")
    try:
        person = claims[CLAIM_169]
        status = claims[STATUS]["status_list"]
        first, second = str(person[FULL_NAME]), str(person.get(SECOND_NAME, ""))
        english = person[LANGUAGE] == "eng"
        return Credential(
            issuer=str(claims[ISS]),
            card_id=int(claims[SUB]),
            registry_number=str(person[ID]),
            name=first if english else second,
            name_ur=second if english else first,
            district_code=str(person[LOCATION]),
            issued_at=dt.datetime.fromtimestamp(claims[IAT], tz=dt.UTC),
            expires_at=dt.datetime.fromtimestamp(claims[EXP], tz=dt.UTC),
            status_uri=str(status["uri"]),
            status_index=int(status["idx"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as broken:
        raise NotACredential("not a registry card") from broken
