"""Keys at the door: who on a whole register might this one applicant already be?

Bulk linkage can afford twenty narrow keys, because it joins each of them once. The door looks up every key of one person
in a btree, and every key kept costs each write: so there are seven, wider ones, chosen on invented people (5% of them
registered twice, no CNIC) for what they reach together against how many candidates they fetch. Seven reached 97.9% of
the true pairs with 14 candidates an applicant in a register of 319,000. An equal CNIC is looked up beside them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa

from mazdoor.matching.keys import KeyRecipe, feature_values, key_sql, make_key
from mazdoor.matching.prepare import prepare

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
    with duckdb.connect() as con:
        con.execute("SET threads = 1")
        con.register("people_at_the_door", people)
        prepare(con, "people_at_the_door", use_cnic=False)
        keys = ", ".join(f"{key_sql(recipe, stored=True)} AS {recipe.name}" for recipe in DOOR_RECIPES)
        return con.execute(f"SELECT record_id, {keys} FROM people ORDER BY record_id").to_arrow_table()
