"""Quotas: of those whom a run found eligible, who has one of the places of their area.

A quota ranks units against each other, so no clause about one unit can decide it. It is declared with the programme
(``quota:``: categories, area, places, order) and applied here to the finished results of a run: first by the declared
order (lower first, not known last), then by lot. The lot is the SHA-256 of "programme:unit": nobody chooses it and
everybody can repeat it. Units of other categories, and of areas without a number of places, are not limited.

Doors: :func:`apply_quota` (values, right by definition) and :func:`apply_quota_to_parquet` (bulk, the same by test).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import duckdb

from mazdoor.kernel.refusals import Words
from mazdoor.rules.model import PolicySet, Quota
from mazdoor.rules.results import Result, known_day


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an eligible unit stands: ``rank`` of ``places`` in its category and area.

    ``inside`` is True (has a place) or False (the places end before it); ``places`` and ``rank`` are None where no quota
    limits the unit, which is then inside.
    """

    unit: str
    category: str | None
    area: str | None
    rank: int | None
    places: int | None
    inside: bool

    def reason(self) -> Words:
        """The standing in a sentence for the person."""
        if self.rank is None or self.places is None:
            return Words("No quota limits this category here.", "یہاں اس کیٹیگری پر کوئی کوٹہ نہیں۔")
        return Words(
            f"Number {self.rank:,} in the order of category {self.category}, which has {self.places:,} places in this area.",
            f"کیٹیگری {self.category} کی ترتیب میں نمبر {self.rank:,}؛ اس علاقے میں {self.places:,} نشستیں ہیں۔",
        )


def lot(programme: str, unit: str) -> str:
    """The lot of a unit: 64 hexadecimal digits, the lower first."""
    return hashlib.sha256(f"{programme}:{unit}".encode()).hexdigest()


def places_of(
    policy_set: PolicySet, programme: str, *, at: date, known_at: datetime | date | None = None
) -> dict[tuple[str, str], int]:
    """Places by (category, area) on a day, as then known. Raises ``ValueError`` where the programme has no quota."""
    quota = _quota(policy_set, programme)
    parameter = policy_set.parameters[quota.places]
    found: dict[tuple[str, str], int] = {}
    for category, area in sorted({(each.key[0], each.key[1]) for each in parameter.values}):
        value = parameter.find(at, known_day(known_at), (category, area))
        if value is not None and category in quota.categories:
            assert isinstance(value.value, Fraction)
            found[(category, area)] = int(value.value)
    return found


def apply_quota(
    policy_set: PolicySet,
    programme: str,
    results: Iterable[Result],
    *,
    at: date,
    known_at: datetime | date | None = None,
) -> list[Standing]:
    """The standing of every eligible unit, sorted by unit. ``results`` must be of the whole run, never of a part of it."""
    quota = _quota(policy_set, programme)
    places = places_of(policy_set, programme, at=at, known_at=known_at)
    groups: dict[tuple[str, str], list[Result]] = {}
    free: list[Standing] = []
    for result in results:
        if result.eligible is not True:
            continue
        area = result.results[quota.area]
        assert area is None or isinstance(area, str)
        if area is not None and result.category is not None and (result.category, area) in places:
            groups.setdefault((result.category, area), []).append(result)
        else:
            free.append(Standing(result.unit, result.category, area, None, None, True))
    ranked: list[Standing] = []
    for (category, area), members in groups.items():
        members.sort(key=lambda each: lot(programme, each.unit))
        for name in reversed(quota.order):
            known = sorted(
                (each for each in members if each.results[name] is not None),
                key=lambda each: each.results[name],  # type: ignore[arg-type, return-value]
            )
            members = known + [each for each in members if each.results[name] is None]
        size = places[(category, area)]
        ranked += [
            Standing(each.unit, category, area, rank, size, rank <= size) for rank, each in enumerate(members, start=1)
        ]
    return sorted([*free, *ranked], key=lambda each: each.unit)


def apply_quota_to_parquet(
    policy_set: PolicySet,
    programme: str,
    results: Path,
    *,
    at: date,
    known_at: datetime | date | None = None,
    out: Path,
    places: Mapping[tuple[str, str], int] | None = None,
) -> Path:
    """Like :func:`apply_quota`, over the Parquet results of a bulk run (a file, or a folder of parts); returns ``out``.

    Columns: ``unit_id, category, area, rank, places, inside``, one row for each eligible unit, by unit. ``places`` stands
    for those of the policy on that day, where a reform holds in some areas only.
    """
    quota = _quota(policy_set, programme)
    source = str(results / "**/*.parquet") if results.is_dir() else str(results)
    order = ", ".join([*(f'r."{name}" NULLS LAST' for name in quota.order), "lot"])
    with duckdb.connect() as engine:
        engine.execute("CREATE TEMP TABLE given (category VARCHAR, area VARCHAR, places BIGINT)")
        found = places_of(policy_set, programme, at=at, known_at=known_at) if places is None else places
        if found:
            engine.executemany("INSERT INTO given VALUES (?, ?, ?)", [(*key, size) for key, size in found.items()])
        engine.execute(
            f"""
            CREATE TEMP TABLE standing AS
            SELECT r.unit_id, r.category, r."{quota.area}" AS area, g.places,
                   sha256($programme || ':' || r.unit_id) AS lot,
                   CASE WHEN g.places IS NOT NULL
                        THEN row_number() OVER (PARTITION BY r.category, r."{quota.area}" ORDER BY {order}) END AS rank
            FROM read_parquet($source) r
            LEFT JOIN given g ON g.category = r.category AND g.area = r."{quota.area}"
            WHERE r.eligible
            """,
            {"programme": programme, "source": source},
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        target = str(out).replace("'", "''")
        engine.execute(
            "COPY (SELECT unit_id, category, area, rank, places, coalesce(rank <= places, true) AS inside "
            f"FROM standing ORDER BY unit_id) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return out


def _quota(policy_set: PolicySet, programme: str) -> Quota:
    quota = policy_set.programmes[programme].quota
    if quota is None:
        raise ValueError(f'the programme "{programme}" has no quota')
    return quota
