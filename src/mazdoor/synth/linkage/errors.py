"""What goes wrong when a person is written down a second time. Rates: `linkage_errors.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mazdoor.synth.linkage.families import NOBODY, People, first_of_january
from mazdoor.synth.names import NameTable, spelling_variants
from mazdoor.synth.text import join, misspell, take

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NAMES = ("given_name", "surname", "father_name", "husband_name")
_URDU_LETTERS = "ابپتٹجچحخدرزسشصطعفقکگلمنوہی"


@dataclass
class Mishaps:
    """Which rows met with which error."""

    count: int
    entries: list[tuple[str, Ints]] = field(default_factory=list)

    def note(self, error: str, happened: Bools) -> None:
        """Remember that `error` happened to the rows where `happened` is true."""
        self.entries.append((error, np.flatnonzero(happened)))

    def text(self) -> pa.Array:
        """For each row its errors, comma between them."""
        told: list[list[str]] = [[] for _ in range(self.count)]
        for error, rows in self.entries:
            for row in rows.tolist():
                told[row].append(error)
        return pa.array([",".join(each) for each in told], type=pa.utf8())


def written_names(names: NameTable, people: People, *, urdu: bool = False) -> dict[str, pa.Array]:
    """The four names of each person as text, rightly spelled; null where there is none."""
    given, single = (names.given_ur, names.single_ur) if urdu else (names.given, names.single)
    father = take(given, people.father)
    clan = take(single, people.father_clan, missing=people.father_clan == NOBODY)
    return {
        "given_name": take(given, people.given),
        "surname": take(single, people.surname),
        "father_name": join([father, clan]),
        "husband_name": take(given, people.husband, missing=people.husband == NOBODY),
    }


def miswrite_names(
    rng: np.random.Generator,
    column: dict[str, pa.Array],
    rates: dict[str, Any],
    log: Mishaps,
    *,
    held_back: bool,
) -> None:
    """Other spellings, a token less, a slip of the finger: in place, in the Roman names of `column`."""
    typing = rates["typing_error"]
    variants = spelling_variants(held_back=held_back, attested_by=rates["spelling_attested_by"])
    for name in NAMES:
        respelled, changed = _respell(rng, column[name].to_pylist(), rates["spelling_variant_per_token"], variants)
        log.note(f"{name}_spelling", changed)
        drop = rng.random(len(respelled)) < rates["second_token_dropped"]
        fewer = [_without_second(each) if gone else each for each, gone in zip(respelled, drop.tolist(), strict=True)]
        log.note(f"{name}_token_dropped", np.array([a != b for a, b in zip(respelled, fewer, strict=True)], dtype=bool))
        text = pa.array(fewer, type=pa.utf8())
        # a husband's name is written as carelessly as a father's
        slip = rng.random(len(text)) < typing["father_name" if name == "husband_name" else name]
        column[name] = misspell(rng, text, slip, spare_first=False)
        differs = pc.fill_null(pc.not_equal(text, column[name]), False)
        log.note(f"{name}_typing", differs.to_numpy(zero_copy_only=False))


def _without_second(name: str | None) -> str | None:
    tokens = name.split() if name else []
    return " ".join(tokens[:1] + tokens[2:]) if len(tokens) > 1 else name


def _respell(
    rng: np.random.Generator,
    words: list[str | None],
    rate: float,
    variants: Mapping[str, tuple[list[str], npt.NDArray[np.float64]]],
) -> tuple[list[str | None], Bools]:
    """Each token that has other spellings among `variants`, replaced by one of them with probability `rate`."""
    toss = iter(rng.random(sum(len(word.split()) for word in words if word) * 2).tolist())
    result: list[str | None] = []
    for word in words:
        if not word:
            result.append(word)
            continue
        tokens = word.split()
        for place, token in enumerate(tokens):
            happens, which = next(toss), next(toss)
            known = variants.get(token.lower())
            if known and happens < rate:
                tokens[place] = known[0][int(np.searchsorted(known[1], which))].title()
        result.append(" ".join(tokens))
    return result, np.array([a != b for a, b in zip(words, result, strict=True)], dtype=bool)


def miswrite_urdu(rng: np.random.Generator, column: dict[str, pa.Array], rates: dict[str, Any]) -> None:
    """One letter left out, doubled or taken for another in names written in Urdu, as often as in Roman ones: in place."""
    for name in NAMES:
        rate = rates["typing_error"]["father_name" if name == "husband_name" else name]
        slips = (rng.random(len(column[name])) < rate).tolist()
        column[name] = pa.array(
            [
                _urdu_slip(rng, text) if slip and text else text
                for text, slip in zip(column[name].to_pylist(), slips, strict=True)
            ],
            type=pa.utf8(),
        )


def _urdu_slip(rng: np.random.Generator, text: str) -> str:
    if len(text) < 4:
        return text
    place = int(rng.integers(0, len(text)))
    kind = int(rng.integers(0, 3))
    letter = _URDU_LETTERS[int(rng.integers(0, len(_URDU_LETTERS)))]
    return text[:place] + ("", text[place] * 2, letter)[kind] + text[place + 1 :]


def misdate(
    rng: np.random.Generator, birth: Ints, rates: dict[str, Any], log: Mishaps, *, decade: float
) -> tuple[Ints, Bools]:
    """Births as written the second time (days since 1970), and where none was written."""
    count = len(birth)
    born = birth.astype("datetime64[D]")
    year = born.astype("datetime64[Y]")
    month = (born.astype("datetime64[M]") - year.astype("datetime64[M]")).astype(int)
    day = (born - born.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    toss = rng.random(count)
    missing = toss < rates["missing"]
    off = ~missing & (toss < rates["missing"] + rates["year_or_two_off"])
    free = ~missing & ~off
    swap = _pick(rng, free & (day < 12) & (day != month), rates["day_and_month_swapped"])
    january = _pick(rng, free & ~swap & ~((month == 0) & (day == 0)), rates["moved_to_first_of_january"])
    to_decade = free & ~swap & ~january & (rng.random(count) < decade)
    shift = np.where(rng.random(count) < 0.7, 1, 2) * np.where(rng.random(count) < 0.5, 1, -1)
    month_now, day_now = np.where(swap, day, month), np.where(swap, month, day)
    moved = ((year + np.where(off, shift, 0)).astype("datetime64[M]") + month_now).astype("datetime64[D]") + (
        np.minimum(day_now, 27)
    )
    result = np.where(swap | off, moved.astype(np.int64), birth)
    result = np.where(january, first_of_january(birth), result)
    years = year.astype(np.int64) // 10 * 10
    result = np.where(to_decade, years.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64), result)
    for error, happened in (
        ("birth_date_missing", missing),
        ("birth_date_year_off", off),
        ("birth_date_day_month_swapped", swap),
        ("birth_date_first_of_january", january),
        ("birth_date_decade", to_decade),
    ):
        log.note(error, happened)
    return result, missing


def _pick(rng: np.random.Generator, able: Bools, rate: float) -> Bools:
    """Rows to which an error happens: `rate` of all rows, taken from those it can happen to."""
    share = float(able.mean()) if len(able) else 0.0
    chosen: Bools = able & (rng.random(len(able)) < (min(1.0, rate / share) if share else 0.0))
    return chosen


def harden(
    rng: np.random.Generator, column: dict[str, pa.Array], female: Bools, rates: dict[str, Any], log: Mishaps
) -> None:
    """Names put in the wrong box: what the technical notes' model leaves out. In place."""
    toss = rng.random(len(female))
    edges = np.cumsum(
        [rates["father_name_missing"], rates["father_and_own_name_swapped"], rates["surname_left_as_father_name"]]
    )
    missing, swapped, repeated = (
        toss < edges[0],
        (toss >= edges[0]) & (toss < edges[1]),
        (toss >= edges[1]) & (toss < edges[2]),
    )
    married = column["husband_name"].is_valid().to_numpy(zero_copy_only=False)
    instead = married & ~missing & ~swapped & (rng.random(len(female)) < rates["husband_named_as_father"])
    given, father = column["given_name"], column["father_name"]
    column["surname"] = pc.if_else(pa.array(repeated), father, column["surname"])
    column["given_name"] = pc.if_else(pa.array(swapped), father, given)
    column["father_name"] = pc.if_else(pa.array(swapped), given, father)
    column["father_name"] = pc.if_else(pa.array(instead), column["husband_name"], column["father_name"])
    column["father_name"] = pc.if_else(pa.array(missing), pa.scalar(None, pa.utf8()), column["father_name"])
    for error, happened in (
        ("father_name_missing", missing),
        ("names_swapped", swapped),
        ("surname_replaced_by_father_name", repeated),
        ("husband_named_as_father", instead),
    ):
        log.note(error, happened)
