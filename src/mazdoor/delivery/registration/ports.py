"""What registration asks of the outside: a scanner that looks for viruses in what people hand in."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings


class Verdict(StrEnum):
    """What a scanner says of one file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"
    """No verdict: the scanner is down, too slow, or gave up. The file stays in quarantine and is scanned again later; it
    is shown to nobody before."""


class Readable(Protocol):
    """Anything with ``read(size)``: an open file, an upload, bytes in memory. It is read once, to its end."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; empty at the end."""
        ...


class Scanner(Protocol):
    """Looks for viruses. ``interfaces.antivirus`` implements it by the wire of clamd."""

    def scan(self, stream: Readable) -> Verdict:
        """What is in ``stream``. Never raises for a scanner that fails: that is ``UNKNOWN``."""
        ...


class Wires(Protocol):
    """Where the room finds who answers its ports."""

    def scanner(self) -> Scanner | None:
        """The virus scanner; ``None`` where none is configured: then nothing is scanned, and screens say so."""
        ...


def wires() -> Wires:
    """The module the settings name (``MAZDOOR_WIRES``): a room knows its ports, and only the configuration who answers."""
    return cast(Wires, import_module(settings.MAZDOOR_WIRES))
