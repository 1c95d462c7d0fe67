"""The chain: eleven links from registered to reported, each with how many stand there and how many wait for a person.

It is the way round the site and stands on every page, so it is counted now and then for each set of areas an officer may
see, not for every page. The counts come from the rooms' own selectors; row-level security makes them the
officer's own.
"""

import threading
import time
from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mazdoor.access.services import acting_as
from mazdoor.web import formats
from mazdoor.web.officers import SignedIn
from mazdoor.web.permits import can

SECONDS_KEPT = 10
TIMES_KEPT = 60
"""A count is kept at least so many times as long as it took: counting never takes more than a sixtieth of the time."""
QUICK = 0.1
"""Seconds a page may wait for a count."""


@dataclass(frozen=True)
class Standing:
    """How many have come as far as a link, and how many of those wait for a person's decision."""

    reached: int
    waiting: int = 0


@dataclass(frozen=True)
class LinkWords:
    """What a link is called, the question it answers, where its page is, and which act opens it."""

    name: str
    word: Promise
    question: Promise
    address_name: str
    act: str


LINKS: tuple[LinkWords, ...] = (
    LinkWords("registration", _("registered"), _("Who has come to us?"), "web:registry", "registration.search"),
    LinkWords("verification", _("verified"), _("Is what they told us so?"), "web:verification", "verification.read"),
    LinkWords(
        "deduplication", _("checked for duplicates"), _("One person or two?"), "web:duplicates", "deduplication.read"
    ),
    LinkWords("accounts", _("with an account"), _("Where shall money go?"), "web:accounts", "accounts.read"),
    LinkWords(
        "wages",
        _("wages held against the minimum"),
        _("Were they paid, and at the legal rate?"),
        "web:wages",
        "wages.read",
    ),
    LinkWords(
        "contributions",
        _("with contributions"),
        _("What has been paid in for them?"),
        "web:contributions",
        "contributions.read",
    ),
    LinkWords("assessment", _("assessed"), _("What are their needs and rights?"), "web:programmes", "assessment.read"),
    LinkWords("enrolment", _("enrolled"), _("Which programme, from when?"), "web:enrolment", "enrolment.read"),
    LinkWords(
        "payments", _("payments instructed"), _("Who is owed what in this cycle?"), "web:payrolls", "payments.read"
    ),
    LinkWords(
        "reconciliation", _("payments arrived"), _("Did it arrive?"), "web:reconciliation", "reconciliation.read"
    ),
    LinkWords(
        "reporting", _("reported on"), _("What was done, for whom, under which law?"), "web:coverage", "reporting.read"
    ),
)


@dataclass(frozen=True)
class Link:
    """One link as the ribbon shows it; without an address where the desk may not look."""

    name: str
    word: str
    question: str
    address: str
    standing: Standing

    @property
    def shown(self) -> SafeString:
        """The count as people read it."""
        return formats.count(self.standing.reached)

    @property
    def waiting(self) -> int:
        """How many wait for a person whose desk may open this link."""
        return self.standing.waiting if self.address else 0

    @property
    def waiting_shown(self) -> str:
        """How many wait, in words."""
        return ngettext("%(count)s waits", "%(count)s wait", self.waiting) % {"count": f"{self.waiting:,}"}


@dataclass(frozen=True)
class _Kept:
    """Standings as they were counted: when, and how long that took, in seconds."""

    standings: dict[str, Standing]
    counted_at: float
    took: float

    @property
    def stale(self) -> bool:
        """Whether it is time to count again; what took long is counted less often."""
        return time.monotonic() - self.counted_at > max(SECONDS_KEPT, TIMES_KEPT * self.took)


def standings(officer: SignedIn) -> dict[str, Standing]:
    """What stands at each link, for the areas of an officer, as counted a short while ago.

    A small register is counted anew every :data:`SECONDS_KEPT` seconds, by whoever comes first. Where counting takes long,
    nobody waits for it: the page shows the last count, and a thread of its own takes the next one.
    """
    key = f"chain:{officer.areas_setting}"
    kept = cache.get(key)
    if not isinstance(kept, _Kept):
        return _count(key).standings
    if not kept.stale:
        return kept.standings
    if kept.took < QUICK:
        return _count(key).standings
    if cache.add(f"{key}:counting", True, timeout=600):
        threading.Thread(target=_count_beside, args=(key, officer.pk), daemon=True).start()
    return kept.standings


def _count(key: str) -> _Kept:
    from mazdoor.web.counts import count_all

    start = time.monotonic()
    found = count_all()
    kept = _Kept(found, time.monotonic(), time.monotonic() - start)
    cache.set(key, kept, timeout=None)
    return kept


def _count_beside(key: str, officer_id: int) -> None:
    """Count on a connection of this thread's own, and give it back."""
    try:
        with acting_as(officer_id=officer_id):
            _count(key)
    finally:
        cache.delete(f"{key}:counting")
        connection.close()


def ribbon(officer: SignedIn) -> list[Link]:
    """The eleven links in the order of the chain."""
    return _links(*_standing_and_open(officer))


def drawn(officer: SignedIn, *, here: str) -> SafeString:
    """The ribbon on top of a page; ``here`` is the link the page belongs to, or nothing. The same for every page and
    everybody who sees the same counts, it is drawn once for all of them."""
    return _drawn(formats.language(), here, *_standing_and_open(officer))


@lru_cache(maxsize=512)
def _drawn(language: str, here: str, stands: tuple[Standing, ...], opens: tuple[bool, ...]) -> SafeString:
    return SafeString(render_to_string("web/parts/chain.html", {"chain": _links(stands, opens), "here": here}))


def _standing_and_open(officer: SignedIn) -> tuple[tuple[Standing, ...], tuple[bool, ...]]:
    """Of each link what stands there, and whether the officer's desk may look."""
    stands = standings(officer)
    return (
        tuple(stands.get(words.name, Standing(0)) for words in LINKS),
        tuple(can(officer, words.act) for words in LINKS),
    )


def _links(stands: tuple[Standing, ...], opens: tuple[bool, ...]) -> list[Link]:
    return [
        Link(
            name=words.name,
            word=str(words.word),
            question=str(words.question),
            address=reverse(words.address_name) if open_ else "",
            standing=standing,
        )
        for words, standing, open_ in zip(LINKS, stands, opens, strict=True)
    ]
