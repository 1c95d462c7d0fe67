"""Which cards no longer hold: Token Status Lists (draft-ietf-oauth-status-list), signed, downloadable, good offline.

One list covers 2^20 cards, one bit a card (1 = revoked or replaced), zlib-compressed: 128 kB at the very most and a few
hundred bytes while few are revoked, so that a phone can carry it. A list is a CWT of its own kind, signed with the
cards' keys. Asking for a whole list tells nobody whose card is being looked at.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mazdoor.interfaces.credentials import tokens
from mazdoor.interfaces.credentials.keys import SigningKey

CARDS_IN_A_LIST: Final = 2**20
STATUS_LIST, TTL = 65533, 65534
TYP: Final = "application/statuslist+cwt"
GOOD_FOR: Final = dt.timedelta(days=30)
"""How long a downloaded list may be relied on without a network."""
FETCH_AGAIN_AFTER: Final = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list that was read and whose signature holds."""

    uri: str
    made_at: dt.datetime
    expires_at: dt.datetime
    bits: bytes

    def ended(self, index: int) -> bool:
        """Whether the card at this place was revoked or replaced; places past the end are live."""
        byte, bit = divmod(index, 8)
        return byte < len(self.bits) and bool(self.bits[byte] >> bit & 1)


def place_of(card_id: int) -> tuple[int, int]:
    """(number of the list, index in it) of a card."""
    return divmod(card_id, CARDS_IN_A_LIST)


def make(*, uri: str, ended: Iterable[int], key: SigningKey, at: dt.datetime) -> bytes:
    """A signed list in which the cards at the indexes ``ended`` no longer hold."""
    indexes = list(ended)
    bits = bytearray(max(indexes, default=0) // 8 + 1)
    for index in indexes:
        bits[index // 8] |= 1 << index % 8
    return tokens.sign(
        {
            tokens.SUB: uri,
            tokens.IAT: int(at.timestamp()),
            tokens.EXP: int((at + GOOD_FOR).timestamp()),
            TTL: int(FETCH_AGAIN_AFTER.total_seconds()),
            STATUS_LIST: {"bits": 1, "lst": zlib.compress(bytes(bits), 9)},
        },
        key,
        typ=TYP,
    )


def read(token: bytes, keys: Mapping[bytes, bytes]) -> StatusList:
    """A list one of ``keys`` signed. Raises :class:`tokens.NotACredential` or :class:`tokens.SignatureWrong`."""
    header, claims = tokens.open_token(token, keys)
    try:
        if header[tokens.TYP] != TYP or claims[STATUS_LIST]["bits"] != 1:
            raise tokens.NotACredential("not a status list")
        bits = zlib.decompressobj().decompress(claims[STATUS_LIST]["lst"], CARDS_IN_A_LIST // 8)
        return StatusList(
            uri=str(claims[tokens.SUB]),
            made_at=dt.datetime.fromtimestamp(claims[tokens.IAT], tz=dt.UTC),
            expires_at=dt.datetime.fromtimestamp(claims[tokens.EXP], tz=dt.UTC),
            bits=bits,
        )
    except (KeyError, TypeError, zlib.error, OverflowError) as broken:
        raise tokens.NotACredential("not a status list") from broken
