"""Doors out: what a code stands for. The lists are small and change by release, so each process keeps them in memory.

``get_x`` must find and raises the room's refusal; ``find_x`` answers ``None``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from mazdoor.reference.boundaries import Polygon
from mazdoor.reference.models import Area, AreaBoundary, Bank, Industry, MobilePrefix, Occupation
from mazdoor.reference.refusals import AREA_UNKNOWN, BANK_UNKNOWN, INDUSTRY_UNKNOWN, OCCUPATION_UNKNOWN

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as other rooms see it. Populations are persons; ``None`` where no census figure is held."""

    code: str
    parent_code: str | None
    division_code: str | None
    level: str
    name_en: str
    name_ur: str
    latitude: float
    longitude: float
    population_2023: int | None
    households_2023: int | None
    population_2017: int | None
    valid_from: date | None
    valid_to: date | None
    now_in_code: str | None
    drawn_with_code: str | None
    note: str

    def name(self, language: str) -> str:
        """The name in ``language``: Urdu for ``ur``, else English."""
        return self.name_ur if language.startswith("ur") else self.name_en

    def is_valid_at(self, at: date) -> bool:
        """Whether the area existed on ``at`` (unknown beginnings count as always)."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)

    @property
    def population(self) -> int | None:
        """Persons counted in 2023 or, failing that, in 2017."""
        return self.population_2023 if self.population_2023 is not None else self.population_2017


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A code of a classification with its titles; ``title_ur`` is empty where nobody has translated it yet."""

    code: str
    parent_code: str | None
    title_en: str
    title_ur: str

    def title(self, language: str) -> str:
        """The title in ``language``, English where there is no Urdu."""
        return self.title_ur or self.title_en if language.startswith("ur") else self.title_en


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank code; ``answers_for_code`` is the code that answers for it today (itself, or after a merger another)."""

    code: str
    name_en: str
    kind: str
    answers_for_code: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """The polygons of an area, in degrees, and where they came from."""

    area_code: str
    polygons: list[Polygon]
    source: str


_kept: Final[dict[str, dict[str, Any]]] = {}


def forget() -> None:
    """Empty this process's memory of the lists (after a load)."""
    _kept.clear()


def _remembered(name: str, read: Callable[[], dict[str, _T]]) -> dict[str, _T]:
    """The list ``name``, read once. An empty list is not kept: it is a database not loaded yet."""
    if name not in _kept:
        rows = read()
        if not rows:
            return rows
        _kept[name] = rows
    return _kept[name]


def _read_areas() -> dict[str, AreaRow]:
    return {
        area.code: AreaRow(
            code=area.code,
            parent_code=area.parent_id,
            division_code=area.division_id,
            level=area.level,
            name_en=area.name_en,
            name_ur=area.name_ur,
            latitude=float(area.latitude),
            longitude=float(area.longitude),
            population_2023=area.population_2023,
            households_2023=area.households_2023,
            population_2017=area.population_2017,
            valid_from=area.valid_from,
            valid_to=area.valid_to,
            now_in_code=area.now_in_id,
            drawn_with_code=area.drawn_with_id,
            note=area.note,
        )
        for area in Area.objects.order_by("code")
    }


def _read_titles(model: type[Occupation] | type[Industry]) -> dict[str, TitleRow]:
    return {
        row.code: TitleRow(row.code, row.parent_id, row.title_en, row.title_ur)
        for row in model.objects.order_by("code")
    }


def areas(*, level: str | None = None, within: str | None = None, at: date | None = None) -> list[AreaRow]:
    """Areas by code: of one ``level``, inside the area ``within`` (a code, itself excluded), existing ``at`` a date."""
    districts = districts_of_division(within) if within and "-" in within else None
    found = []
    for area in _remembered("area", _read_areas).values():
        if level is not None and area.level != level:
            continue
        if districts is not None:
            if district_of(area.code) not in districts:
                continue
        elif within is not None and (area.code == within or not area.code.startswith(within)):
            continue
        if at is not None and not area.is_valid_at(at):
            continue
        found.append(area)
    return found


def find_area(code: str) -> AreaRow | None:
    """The area with this code, or ``None``."""
    return _remembered("area", _read_areas).get(code)


def get_area(code: str) -> AreaRow:
    """The area with this code. Raises REF-001."""
    area = find_area(code)
    if area is None:
        raise AREA_UNKNOWN.because(code=code[:16])
    return area


def province_of(code: str) -> AreaRow | None:
    """The province or territory an area lies in (itself, for one); ``None`` for the country."""
    area = get_area(code)
    return None if area.level == "country" else get_area(code[:3])


def district_of(code: str) -> str | None:
    """The code of the district a district or tehsil lies in; ``None`` for anything larger."""
    return code[:5] if len(code) >= 5 and "-" not in code else None


def districts_of_division(code: str) -> frozenset[str]:
    """The codes of a division's districts: what an officer of that division may see, as prefixes."""
    every = _remembered("area", _read_areas).values()
    return frozenset(area.code for area in every if area.level == "district" and area.division_code == code)


def area_name(code: str, language: str = "en") -> str:
    """The area's name, or the code itself where it is unknown: for labels, never for decisions."""
    area = find_area(code)
    return area.name(language) if area else code


def boundaries(*, level: str) -> list[Boundary]:
    """The imported polygons of one level, by code; empty where no boundary file was imported."""
    rows = AreaBoundary.objects.filter(area__level=level).order_by("area_id")
    return [Boundary(row.area_id, row.polygons, row.source) for row in rows]


def occupations(*, digits: int | None = None) -> list[TitleRow]:
    """ISCO-08 groups by code; ``digits`` 1 to 4 picks a level."""
    every = _remembered("occupation", lambda: _read_titles(Occupation)).values()
    return [row for row in every if digits is None or len(row.code) == digits]


def find_occupation(code: str) -> TitleRow | None:
    """The ISCO-08 group with this code, or ``None``."""
    return _remembered("occupation", lambda: _read_titles(Occupation)).get(code)


def get_occupation(code: str) -> TitleRow:
    """The ISCO-08 group with this code. Raises REF-002."""
    row = find_occupation(code)
    if row is None:
        raise OCCUPATION_UNKNOWN.because(code=code[:16])
    return row


def isco_title(code: str, language: str = "en") -> str:
    """The occupation's title for a label. Without Urdu for the group itself, the nearest broader group that has it."""
    return _title(find_occupation, code, language)


def isic_title(code: str, language: str = "en") -> str:
    """The industry's title for a label. Without Urdu for the class itself, the nearest broader group that has it."""
    return _title(find_industry, code, language)


def _title(find: Callable[[str], TitleRow | None], code: str, language: str) -> str:
    row = find(code)
    if row is None:
        return code
    if language.startswith("ur"):
        broader: TitleRow | None = row
        while broader is not None and not broader.title_ur:
            broader = find(broader.parent_code) if broader.parent_code else None
        return broader.title_ur if broader else row.title_en
    return row.title_en


def industries(*, sections: bool = False) -> list[TitleRow]:
    """ISIC revision 4 by code; only its 21 sections on request."""
    every = _remembered("industry", lambda: _read_titles(Industry)).values()
    return [row for row in every if not sections or row.code.isalpha()]


def find_industry(code: str) -> TitleRow | None:
    """The ISIC entry with this code, or ``None``."""
    return _remembered("industry", lambda: _read_titles(Industry)).get(code)


def get_industry(code: str) -> TitleRow:
    """The ISIC entry with this code. Raises REF-003."""
    row = find_industry(code)
    if row is None:
        raise INDUSTRY_UNKNOWN.because(code=code[:16])
    return row


def banks(*, live: bool = True) -> list[BankRow]:
    """Banks and wallets by code; with ``live`` only codes that answer for themselves."""
    every = _remembered("bank", _read_banks).values()
    return [bank for bank in every if not live or bank.answers_for_code == bank.code]


def find_bank(code: str) -> BankRow | None:
    """The bank with this IBAN code, or ``None``."""
    return _remembered("bank", _read_banks).get(code)


def get_bank(code: str) -> BankRow:
    """The bank with this IBAN code. Raises REF-004."""
    bank = find_bank(code)
    if bank is None:
        raise BANK_UNKNOWN.because(code=code[:4])
    return bank


def _read_banks() -> dict[str, BankRow]:
    return {
        bank.code: BankRow(bank.code, bank.name_en, bank.kind, bank.merged_into_id or bank.alias_of_id or bank.code)
        for bank in Bank.objects.order_by("code")
    }


def find_network(mobile: str) -> str | None:
    """The network a mobile number (``03XXXXXXXXX``) was given to, or ``None``; it may since have been ported."""
    prefixes = _remembered(
        "prefix", lambda: {row.prefix: row.network for row in MobilePrefix.objects.order_by("prefix")}
    )
    return prefixes.get(mobile[:4])
