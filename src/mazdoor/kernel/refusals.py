"""Refusals: every "no" the system says has a code, a cause and a remedy, in English and in Urdu.

A room declares its refusals in ``refusals.py`` as a :class:`Catalogue`; a service raises one with
``raise catalogue.CODE.because(field="cnic")``. Codes are never reused. Words may improve; codes stay, so callers and
translations do not break. Details carry no personal value: they are names of fields, counts, dates and codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CODE: Final = re.compile(r"^[A-Z]{2,4}-[0-9]{3}$")


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    en: str
    ur: str

    def in_language(self, language: str) -> str:
        """The sentence in ``language``; everything that is not Urdu gets English."""
        return self.ur if language.startswith("ur") else self.en


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """One numbered kind of refusal: what is wrong (cause) and what to do about it (remedy)."""

    code: str
    cause: Words
    remedy: Words

    def because(self, **details: str | int) -> Refusal:
        """The refusal to raise. ``details`` fill ``{placeholders}`` of the words and must not be personal values."""
        return Refusal(self, details)


class Refusal(Exception):
    """A refusal on its way to the person who asked. ``str()`` is safe to log: code and English cause only."""

    def __init__(self, kind: RefusalKind, details: dict[str, str | int] | None = None) -> None:
        self.kind = kind
        self.details: dict[str, str | int] = dict(details or {})
        super().__init__(f"{kind.code}: {self.cause()}")

    @property
    def code(self) -> str:
        """The stable code, such as ``REG-001``."""
        return self.kind.code

    def cause(self, language: str = "en") -> str:
        """What is wrong, in ``language``."""
        return self.kind.cause.in_language(language).format_map(_Blanks(self.details))

    def remedy(self, language: str = "en") -> str:
        """What the person can do, in ``language``."""
        return self.kind.remedy.in_language(language).format_map(_Blanks(self.details))

    def __reduce__(self) -> tuple[type[Refusal], tuple[RefusalKind, dict[str, str | int]]]:
        return (Refusal, (self.kind, self.details))


class _Blanks(dict[str, str | int]):
    """A missing detail shows as a dash rather than failing while a refusal is being told."""

    def __missing__(self, key: str) -> str:
        return "—"


class Catalogue:
    """The numbered refusals of one room. Registering a code twice is a programming error and raises at import."""

    _all: dict[str, RefusalKind] = {}

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.kinds: dict[str, RefusalKind] = {}

    def define(self, number: int, *, cause: str, cause_ur: str, remedy: str, remedy_ur: str) -> RefusalKind:
        """Declare refusal ``PREFIX-number`` with its words."""
        code = f"{self.prefix}-{number:03d}"
        if not _CODE.match(code) or code in Catalogue._all:
            raise ValueError(f"refusal code {code} is malformed or already taken")
        kind = RefusalKind(code, Words(cause, cause_ur), Words(remedy, remedy_ur))
        self.kinds[code] = kind
        Catalogue._all[code] = kind
        return kind

    @staticmethod
    def find(code: str) -> RefusalKind | None:
        """The refusal with this code, among those of the modules imported so far."""
        return Catalogue._all.get(code)

    @staticmethod
    def everything() -> Iterator[RefusalKind]:
        """Every refusal declared by the modules imported so far, by code (for the generated catalogue page)."""
        yield from (Catalogue._all[code] for code in sorted(Catalogue._all))
