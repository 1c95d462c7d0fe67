"""Keys at the door: who on a whole register might this one applicant already be?

Bulk linkage can afford thirty narrow keys, because it joins each of them once. At the door every key kept costs each write,
and every look costs almost nothing: so few are kept, and many are asked. `door_keys` are the five of one person as
written; `asked_keys` are those under which somebody may stand whom the applicant is: with the year of birth one or two off,
with the own names in each other's place. Chosen on invented people (spellings for tuning; no CNIC, one in twenty
registered twice) for what they reach together against how many they bring in a register of ten million; what they
reach there is measured by `python -m benchmarks.door`.

A telephone, an old number and a CNIC with its parts are looked up beside them by their keyed hashes as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from mazdoor.kernel.names import analyse_name
from mazdoor.matching.keys import KeyRecipe, feature_values, key_sql, make_key

#: In the order of the columns that `registration` keeps; the name is the column's and part of the hash.
DOOR_RECIPES: Final[tuple[KeyRecipe, ...]] = (
    KeyRecipe("born_district", ("dated", "district", "sex")),
    KeyRecipe("born_father", ("born", "father", "s1", "sex")),
    KeyRecipe("district_family", ("district", "surname", "father", "sex")),
    KeyRecipe("year_two_names", ("year", "names")),
    KeyRecipe("year_own_names", ("year", "given", "surname")),
)

#: How many years off a birth is looked for too, by recipe: as far as it brings more than it costs.
YEARS_OFF: Final[Mapping[str, int]] = {"born_father": 2, "year_two_names": 1, "year_own_names": 2}


def door_keys(
    *,
    given_name: str | None = None,
    surname: str | None = None,
    father_name: str | None = None,
    birth_date: date | None = None,
    sex: str | None = None,
    district_code: str | None = None,
) -> tuple[int | None, ...]:
    """The door keys of one person, in the order of `DOOR_RECIPES`; None where something a key needs is not known.

    Names in either script.
    """
    values = _values(given_name, surname, father_name, birth_date, sex, district_code)
    return tuple(make_key(recipe, values) for recipe in DOOR_RECIPES)


def asked_keys(
    *,
    given_name: str | None = None,
    surname: str | None = None,
    father_name: str | None = None,
    birth_date: date | None = None,
    sex: str | None = None,
    district_code: str | None = None,
) -> tuple[list[int], ...]:
    """The keys under which an applicant is looked for, for each of `DOOR_RECIPES`; the applicant's own first, where it has one."""
    values = _values(given_name, surname, father_name, birth_date, sex, district_code)
    return tuple(
        [key for told in _told_otherwise(recipe, values) if (key := make_key(recipe, told)) is not None]
        for recipe in DOOR_RECIPES
    )


def _values(
    given_name: str | None,
    surname: str | None,
    father_name: str | None,
    birth_date: date | None,
    sex: str | None,
    district_code: str | None,
) -> dict[str, str]:
    return feature_values(
        given_name=given_name,
        surname=surname,
        father_name=father_name,
        birth_date=birth_date,
        birth_date_precision=None,  # no key at the door asks whether the day was known
        sex=sex,
        district_code=district_code,
    )


def _told_otherwise(recipe: KeyRecipe, values: dict[str, str]) -> Iterator[dict[str, str]]:
    """The same person as they may have been written down before."""
    yield values
    if {"given", "surname"} <= set(recipe.features) and values["given"] != values["surname"]:
        yield values | {"given": values["surname"], "surname": values["given"]}
    if values["year"]:
        for off in range(1, YEARS_OFF.get(recipe.name, 0) + 1):
            for years in (-off, off):
                yield values | {
                    "year": str(int(values["year"]) + years),
                    "born": str(int(values["born"]) + years * 10_000),
                }


def door_keys_in_bulk(people: pa.Table) -> pa.Table:
    """The door keys of many people at once: ``record_id`` and a bigint column for each recipe, in order of ``record_id``.

    ``people`` has ``record_id`` (whole, unique) and any columns of `prepare.OPTIONAL`; the same numbers as `door_keys`.
    """
    heads = {"given_head": "given_name", "surname_head": "surname", "father_head": "father_name"}
    for head, name in heads.items():
        people = people.append_column(head, _heads(people, name))
    for name, kind in _READ.items():
        if name not in people.column_names:
            people = people.append_column(name, pa.nulls(people.num_rows, kind))
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        con.register("people_at_the_door", people)
        keys = ", ".join(f"{key_sql(recipe, stored=True)} AS {recipe.name}" for recipe in DOOR_RECIPES)
        return con.execute(
            f"SELECT record_id, {keys} FROM (SELECT record_id, given_head, surname_head, father_head, birth_date, sex, "
            f"district_code, {_BORN} AS born FROM people_at_the_door) ORDER BY record_id"
        ).to_arrow_table()


_BORN: Final = (
    "year(birth_date) * 10000 + least(month(birth_date), day(birth_date)) * 100 "
    "+ greatest(month(birth_date), day(birth_date))"
)
"""`keys.born_number`, by columns."""
_READ: Final = {"birth_date": pa.date32(), "sex": pa.string(), "district_code": pa.string()}


def _heads(people: pa.Table, name: str) -> pa.Array:
    """The sound of each name's head, of the Urdu name where there is no other; nothing where there is none."""
    nothing = pa.nulls(people.num_rows, pa.string())
    given, urdu = (
        people[each].combine_chunks() if each in people.column_names else nothing for each in (name, f"{name}_ur")
    )
    blank = pc.equal(pc.utf8_trim_whitespace(given), "")
    coded = pc.coalesce(pc.if_else(blank, pa.scalar(None, pa.string()), given), urdu).dictionary_encode()
    return pa.array([_head(written) for written in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


@lru_cache(maxsize=200_000)
def _head(name: str) -> str | None:
    """The sound of a name's head; a million people share a few thousand names, so each is taken apart once."""
    return analyse_name(name).head or None
