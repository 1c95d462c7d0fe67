"""Keys at the door: who on a whole register might this one applicant already be?

Bulk linkage can afford twenty narrow keys, because it joins each of them once. The door looks up every key of one person
in a btree, and every key kept costs each write: so there are seven, wider ones, chosen on invented people (5% of them
registered twice, no CNIC) for what they reach together against how many candidates they fetch. Seven reached 97.9% of
the true pairs with 14 candidates an applicant in a register of 319,000. An equal CNIC is looked up beside them.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from mazdoor.kernel.names import analyse_name
from mazdoor.matching.keys import KeyRecipe, feature_values, key_sql, make_key

#: In the order of the columns that `registration` keeps; the name is the column's and part of the hash.
DOOR_RECIPES: Final[tuple[KeyRecipe, ...]] = (
    KeyRecipe("phone_sex", ("phone", "sex")),
    KeyRecipe("born_district", ("born", "district", "sex")),
    KeyRecipe("district_father", ("district", "father", "g1", "s1", "sex")),
    KeyRecipe("year_two_names", ("year", "names")),
    KeyRecipe("born_surname", ("born", "surname", "g1")),
    KeyRecipe("district_own_names", ("district", "given", "surname")),
    KeyRecipe("year_district_family", ("year", "district", "surname", "father")),
)


def door_keys(
    *,
    given_name: str | None = None,
    surname: str | None = None,
    father_name: str | None = None,
    birth_date: date | None = None,
    birth_date_precision: str | None = None,
    sex: str | None = None,
    district_code: str | None = None,
    phone_index: Any = None,
) -> tuple[int | None, ...]:
    """The door keys of one person, in the order of `DOOR_RECIPES`; None where something a key needs is not known.

    Names in either script; ``phone_index`` is the keyed hash that `registration` stores (bytes or text).
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
    )
    return tuple(make_key(recipe, values) for recipe in DOOR_RECIPES)


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
        phone = "lower(hex(phone_index))" if pa.types.is_binary(people["phone_index"].type) else "phone_index"
        return con.execute(
            f"SELECT record_id, {keys} FROM (SELECT record_id, given_head, surname_head, father_head, birth_date, sex, "
            f"district_code, {phone} AS phone, {_BORN} AS born FROM people_at_the_door) ORDER BY record_id"
        ).to_arrow_table()


_BORN: Final = (
    "year(birth_date) * 10000 + least(month(birth_date), day(birth_date)) * 100 "
    "+ greatest(month(birth_date), day(birth_date))"
)
"""`keys.born_number`, by columns."""
_READ: Final = {
    "birth_date": pa.date32(),
    "sex": pa.string(),
    "district_code": pa.string(),
    "phone_index": pa.string(),
}


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
