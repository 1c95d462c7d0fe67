"""Match keys: the counter and the bulk run agree on who is worth comparing."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from tests.matching import invent

from mazdoor.matching import match_keys
from mazdoor.matching.keys import RECIPES, key_sql
from mazdoor.matching.prepare import prepare

_ARGUMENTS = (
    "surname",
    "father_name",
    "birth_date",
    "birth_date_precision",
    "sex",
    "district_code",
    "area_code",
    "phone_index",
    "old_nic_index",
)


def _keys_of(person: dict[str, Any]) -> list[int]:
    return match_keys(
        given_name=person["given_name"],
        **{name: person[name] for name in _ARGUMENTS},
        cnic_index=person["cnic_index"],
        cnic_segments=(person["cnic_segment_1"], person["cnic_segment_2"], person["cnic_segment_3"]),
        cnic_sorted_index=person["cnic_sorted_index"],
    )


def test_keys_computed_in_bulk_are_the_keys_of_the_counter() -> None:
    people, _ = invent.population(400, seed=3)
    people[0] |= {"given_name": "محمد اسلم", "father_name": None, "birth_date": date(1980, 1, 1)}
    people[1] |= {"surname": "", "birth_date": None, "phone_index": None, "district_code": None}
    people[2] |= {"birth_date": date(1981, 7, 3), "birth_date_precision": "year"}
    for person in people:
        person["cnic_index"] = person["cnic_index"] and bytes.fromhex(person["cnic_index"])  # as the database has it
    with duckdb.connect() as con:
        con.register("given", pa.Table.from_pylist(people))
        prepare(con, "given")
        each = " UNION ".join(f"SELECT record_id, {key_sql(key, stored=True)} AS k FROM people" for key in RECIPES)
        rows = con.execute(
            f"SELECT record_id, list(k ORDER BY k) FROM ({each}) WHERE k IS NOT NULL GROUP BY 1"
        ).fetchall()
    bulk = dict(rows)
    assert sum(len(keys) for keys in bulk.values()) > 400 * 8
    for person in people:
        assert bulk.get(person["record_id"], []) == _keys_of(person), person["record_id"]


def test_two_spellings_of_one_person_share_a_key() -> None:
    one = match_keys(
        given_name="Muhammad Aslam", father_name="Abdul Rehman", birth_date=date(1980, 3, 7), surname="Butt"
    )
    two = match_keys(
        given_name="Mohammed Aslam", father_name="Abdurrahman", birth_date=date(1980, 7, 3), surname="Butt"
    )
    assert set(one) & set(two)


def test_a_person_about_whom_nothing_is_known_has_no_key() -> None:
    assert match_keys() == []
    assert match_keys(given_name="Aslam", surname="Butt") == []
