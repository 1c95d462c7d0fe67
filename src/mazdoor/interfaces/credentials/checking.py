"""From the text of a QR to a verdict, with nothing but public keys and downloaded lists: no network, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mazdoor.interfaces.credentials import tokens
from mazdoor.interfaces.credentials.status import StatusList
from mazdoor.interfaces.credentials.tokens import Credential
from mazdoor.kernel.refusals import Words


class Verdict(StrEnum):
    """What can be said of a card."""

    GOOD = "good"
    UNCHECKED = "unchecked"
    """Signed by us and in time, but no list says whether it was revoked, or the list is too old to say."""
    EXPIRED = "expired"
    EARLY = "early"
    """Issued after the day it is looked at: this machine's clock is wrong, or ours was."""
    REVOKED = "revoked"
    ALTERED = "altered"
    """Readable, but not as any of the known keys signed it: altered, or made by somebody else."""
    UNREADABLE = "unreadable"
    """Not a credential of this kind at all."""


WORDS: Final[dict[Verdict, Words]] = {
    Verdict.GOOD: Words("The card is genuine and holds.", "کارڈ اصلی ہے اور درست ہے۔"),
    Verdict.UNCHECKED: Words(
        "The card is genuine and not run out. Whether it was revoked is not known here: download the list of revoked cards.",
        "کارڈ اصلی ہے اور اس کی مدت باقی ہے۔ منسوخ ہوا یا نہیں، یہاں معلوم نہیں: منسوخ کارڈوں کی فہرست اتاریں۔",
    ),
    Verdict.EXPIRED: Words("The card is genuine but has run out.", "کارڈ اصلی ہے مگر اس کی مدت ختم ہو چکی ہے۔"),
    Verdict.EARLY: Words(
        "The card says it was made in the future: check the clock of this machine.",
        "کارڈ پر آگے کی تاریخ ہے: اس مشین کی گھڑی دیکھیں۔",
    ),
    Verdict.REVOKED: Words(
        "The card was revoked: it was lost, replaced or taken back.", "کارڈ منسوخ ہے: گم ہوا، بدلا گیا یا واپس لیا گیا۔"
    ),
    Verdict.ALTERED: Words(
        "The card is not genuine: it was altered, or not made by this registry.",
        "کارڈ اصلی نہیں: اسے بدلا گیا ہے یا یہ اس رجسٹری نے نہیں بنایا۔",
    ),
    Verdict.UNREADABLE: Words("This is not a registry card.", "یہ رجسٹری کا کارڈ نہیں۔"),
}

CLOCKS_DIFFER: Final = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Check:
    """A verdict, and what the QR says where it can be trusted or at least was once signed by us."""

    verdict: Verdict
    credential: Credential | None = None
    list_made_at: dt.datetime | None = None


def check(text: str, *, keys: Mapping[bytes, bytes], lists: Mapping[str, StatusList], at: dt.datetime) -> Check:
    """Judge the text of a QR at a moment. ``lists`` are status lists by their address."""
    try:
        credential = tokens.read(text, keys)
    except tokens.SignatureWrong:
        return Check(Verdict.ALTERED)
    except tokens.NotACredential:
        return Check(Verdict.UNREADABLE)
    found = lists.get(credential.status_uri)
    made_at = found.made_at if found else None
    if found is not None and found.ended(credential.status_index):
        return Check(Verdict.REVOKED, credential, made_at)  # a list too old to clear a card still condemns it
    if at >= credential.expires_at:
        return Check(Verdict.EXPIRED, credential, made_at)
    if credential.issued_at > at + CLOCKS_DIFFER:
        return Check(Verdict.EARLY, credential, made_at)
    if found is None or at >= found.expires_at:
        return Check(Verdict.UNCHECKED, credential, made_at)
    return Check(Verdict.GOOD, credential, made_at)
