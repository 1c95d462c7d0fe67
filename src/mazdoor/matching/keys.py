"""Match keys: which two records are worth comparing at all.

A key is a few features that true pairs usually share, hashed to a 63-bit integer. Two records are compared if
they share any key. Single features are useless at national size (birth date and first name together join 594 million
pairs of 10 million people), so almost every key takes three or four, and between them they forgive an error in any one or
two fields. Bulk linkage joins on them in DuckDB; the counter keeps fewer and wider ones (`door`) and compares what they find in
the same way. `match_keys` and `key_sql` give the same integers.

Features: given, surname, father = sound of the name's head · names = own and father's head in either order · gsound, fsound =
sound of the whole given and father's name · tail, ftail = last part of them · g1, s1, f1, g2, s2, f2 = first letter and first
two of a head · born = year with day and month in size order (so 03-07 meets 07-03) · dated = born, of a 1 January with the
surname's first letter · year · day = day and month without the year (not for a rounded date) · sex · district · area (the
district where none is told) · phone · cnic = keyed hash of the whole · c1, c2, c3 = keyed hashes of its segments · csorted =
of its sorted digits · old = of the eleven-digit number before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mazdoor.kernel.names import analyse_name


@dataclass(frozen=True, slots=True)
class KeyRecipe:
    """One key: its name (part of the hash, so keys of different recipes never meet) and its features."""

    name: str
    features: tuple[str, ...]


#: Every key, the narrow first: of those that find a pair the first is named in the result.
RECIPES: tuple[KeyRecipe, ...] = (
    KeyRecipe("cnic", ("cnic",)),
    KeyRecipe("cnic_digits_first", ("csorted", "c1")),
    KeyRecipe("cnic_digits_serial", ("csorted", "c2")),
    KeyRecipe("cnic_first_serial", ("c1", "c2")),
    KeyRecipe("cnic_first_last_born", ("c1", "c3", "born")),
    KeyRecipe("cnic_serial_last", ("c2", "c3")),
    KeyRecipe("old_nic", ("old",)),
    KeyRecipe("phone_sex", ("phone", "sex")),
    KeyRecipe("born_given_surname", ("born", "given", "surname")),
    KeyRecipe("born_two_names", ("born", "names")),
    KeyRecipe("born_surname_father", ("born", "surname", "father")),
    KeyRecipe("born_area_given", ("born", "area", "given")),
    KeyRecipe("born_area_surname", ("born", "area", "s2")),
    KeyRecipe("born_area_father", ("born", "area", "f2")),
    KeyRecipe("year_names", ("year", "given", "surname", "father")),
    KeyRecipe("year_area_given", ("year", "area", "given", "s1")),
    KeyRecipe("year_area_last_parts", ("year", "area", "tail", "ftail")),
    KeyRecipe("year_district_family", ("year", "district", "surname", "father")),
    KeyRecipe("day_area_given", ("day", "area", "given", "s1")),
    KeyRecipe("day_area_father", ("day", "area", "father", "s1")),
    KeyRecipe("area_beginnings", ("area", "g2", "s2", "f2")),
    KeyRecipe("area_two_names", ("area", "gsound", "fsound")),
    # Wider keys: what they bring grows with the square of the register, so bulk linkage leaves them out of a large one.
    KeyRecipe("born_tail_surname", ("born", "tail", "surname")),
    KeyRecipe("day_district_given", ("day", "district", "g1", "s1")),
    KeyRecipe("day_family_names", ("day", "surname", "father")),
    KeyRecipe("day_own_names", ("day", "given", "surname")),
    KeyRecipe("day_two_names", ("day", "names")),
    KeyRecipe("district_two_names", ("district", "names")),
    KeyRecipe("district_own_names", ("district", "given", "surname")),
    KeyRecipe("born_surname_initial", ("born", "surname", "g1")),
    KeyRecipe("year_own_names", ("year", "given", "surname")),
    KeyRecipe("year_two_names", ("year", "names")),
    KeyRecipe("three_names", ("given", "surname", "father")),
    KeyRecipe("born_district", ("born", "district", "sex")),
    KeyRecipe("born_surname", ("born", "surname", "sex")),
    KeyRecipe("year_district_surname", ("year", "district", "surname")),
    KeyRecipe("year_district_father", ("year", "district", "father")),
    KeyRecipe("day_district_surname", ("day", "district", "s1")),
    KeyRecipe("district_last_parts", ("district", "tail", "ftail")),
)

#: Features -> expression over the table that `prepare.prepare` makes.
FEATURE_SQL: dict[str, str] = {
    "given": "given_head",
    "surname": "surname_head",
    "father": "father_head",
    # least() skips a NULL: a person whose father is not named would be paired with themselves
    "names": "CASE WHEN given_head IS NOT NULL AND father_head IS NOT NULL "
    "THEN least(given_head, father_head) || '+' || greatest(given_head, father_head) END",
    "tail": "coalesce(given_parts[-1], given_head)",
    "ftail": "coalesce(father_parts[-1], father_head)",
    "gsound": "given_sound",
    "fsound": "father_sound",
    "g1": "given_head[1]",
    "s1": "surname_head[1]",
    "f1": "father_head[1]",
    "g2": "given_head[1:2]",
    "s2": "surname_head[1:2]",
    "f2": "father_head[1:2]",
    "born": "born",
    # so many are written down as born on 1 January that the day alone brings a crowd
    "dated": "CAST(born AS VARCHAR) || CASE WHEN born % 10000 = 101 THEN '-' || coalesce(surname_head[1], '') ELSE '' END",
    "year": "year(birth_date)",
    "day": "CASE WHEN NOT rounded THEN month(birth_date) * 100 + day(birth_date) END",
    "sex": "sex",
    "district": "district_code",
    "area": "area_code",
    "phone": "phone",
    "cnic": "cnic",
    "c1": "cnic_1",
    "c2": "cnic_2",
    "c3": "cnic_3",
    "csorted": "cnic_sorted",
    "old": "old_nic",
}


def match_keys(
    *,
    given_name: str | None = None,
    surname: str | None = None,
    father_name: str | None = None,
    birth_date: date | None = None,
    birth_date_precision: str | None = None,
    sex: str | None = None,
    district_code: str | None = None,
    phone_index: Any = None,
    cnic_index: Any = None,
    cnic_segments: tuple[Any, Any, Any] | None = None,
    cnic_sorted_index: Any = None,
    old_nic_index: Any = None,
    area_code: str | None = None,
) -> list[int]:
    """The match keys of one person, sorted, for a PostgreSQL `bigint[]` or key table.

    Names in either script; indexes are keyed hashes as `registration` stores them (bytes or text), never the numbers
    themselves. Fields that are None take part in no key. Two people share an integer exactly when bulk linkage would
    compare them.
    """
    values = feature_values(
        given_name=given_name,
        surname=surname,
        father_name=father_name,
        birth_date=birth_date,
        birth_date_precision=birth_date_precision,
        sex=sex,
        district_code=district_code,
        phone_index=phone_index,
        cnic_index=cnic_index,
        cnic_segments=cnic_segments,
        cnic_sorted_index=cnic_sorted_index,
        old_nic_index=old_nic_index,
        area_code=area_code,
    )
    return sorted({key for recipe in RECIPES if (key := make_key(recipe, values)) is not None})


def feature_values(
    *,
    given_name: str | None,
    surname: str | None,
    father_name: str | None,
    birth_date: date | None,
    birth_date_precision: str | None,
    sex: str | None,
    district_code: str | None,
    phone_index: Any = None,
    cnic_index: Any = None,
    cnic_segments: tuple[Any, Any, Any] | None = None,
    cnic_sorted_index: Any = None,
    old_nic_index: Any = None,
    area_code: str | None = None,
) -> dict[str, str]:
    """The features of one person as text, '' where one is missing: the Python twin of `FEATURE_SQL`."""
    rounded = birth_date is not None and is_rounded(birth_date, birth_date_precision)
    given, father = analyse_name(given_name), analyse_name(father_name)
    heads = {
        "given": given.head,
        "surname": analyse_name(surname).head,
        "father": father.head,
    }
    segments = cnic_segments or (None, None, None)
    return {
        **heads,
        "names": "+".join(sorted((heads["given"], heads["father"]))) if heads["given"] and heads["father"] else "",
        "tail": given.parts[-1] if given.parts else given.head,
        "ftail": father.parts[-1] if father.parts else father.head,
        "gsound": given.sound,
        "fsound": father.sound,
        **{f"{name[0]}{letters}": head[:letters] for name, head in heads.items() for letters in (1, 2)},
        "born": str(born_number(birth_date)) if birth_date else "",
        "dated": dated(born_number(birth_date), heads["surname"]) if birth_date else "",
        "year": str(birth_date.year) if birth_date else "",
        "day": str(birth_date.month * 100 + birth_date.day) if birth_date and not rounded else "",
        "sex": sex or "",
        "district": district_code or "",
        "area": area_code or district_code or "",
        "phone": index_text(phone_index),
        "cnic": index_text(cnic_index),
        "c1": index_text(segments[0]),
        "c2": index_text(segments[1]),
        "c3": index_text(segments[2]),
        "csorted": index_text(cnic_sorted_index),
        "old": index_text(old_nic_index),
    }


def make_key(recipe: KeyRecipe, values: Mapping[str, str]) -> int | None:
    """One key from features as `feature_values` gives them; None where one of them is missing."""
    parts = [values[feature] for feature in recipe.features]
    if not all(parts):
        return None
    text = "|".join((recipe.name, *parts))
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()  # an even spread, not a secret
    return int.from_bytes(digest[:8], "little") >> 1


def key_sql(recipe: KeyRecipe, *, stored: bool) -> str:
    """DuckDB expression for one key over the prepared table; NULL where a feature is missing.

    `stored=True` gives the integer of `match_keys` (for loading a key column in bulk); `stored=False` a faster hash of
    the same features that means nothing outside one run.
    """
    # `||` gives NULL as soon as one feature is NULL, which is what is wanted: no feature, no key
    features = [f"nullif(CAST({FEATURE_SQL[feature]} AS VARCHAR), '')" for feature in recipe.features]
    joined = " || '|' || ".join([f"'{recipe.name}'", *features])
    if stored:
        return f"CAST(md5_number_upper({joined}) >> 1 AS BIGINT)"
    return f"CASE WHEN {joined} IS NOT NULL THEN hash({joined}) END"


NOT_TO_THE_DAY: Final = ("year", "month")
"""Precisions under which the day of a birth stands for more than itself. A month is read like a year: the model has learnt
no level between the two, and a day nobody named must never count as a day that differs."""


def is_rounded(birth_date: date, precision: str | None) -> bool:
    """Whether the day cannot be trusted: told as a year or a month, or the 1 January that registers write for a year."""
    return precision in NOT_TO_THE_DAY or (birth_date.month == 1 and birth_date.day == 1)


def born_number(birth_date: date) -> int:
    """Year, then the smaller and the larger of month and day, as one integer: 1987-03-07 and 1987-07-03 -> 19870307."""
    low, high = sorted((birth_date.month, birth_date.day))
    return birth_date.year * 10000 + low * 100 + high


def dated(born: int, surname_head: str) -> str:
    """`born_number` as text; of a 1 January, which registers write for want of a better day, with the surname's first letter."""
    return f"{born}-{surname_head[:1]}" if born % 10000 == 101 else str(born)


def index_text(value: Any) -> str:
    """A stored blind index as text: bytes in hexadecimal, anything else as written."""
    if value is None:
        return ""
    if type(value) is bytes:  # nearly always, and asked a dozen times for each of many
        return value.hex()
    if isinstance(value, bytearray | memoryview):
        return bytes(value).hex()
    return str(value)
