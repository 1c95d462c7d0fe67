"""Numbers reserved for a load are nobody else's, whoever draws one at the same moment."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mazdoor.database.address import current_address
from mazdoor.delivery.registration import loading

pytestmark = pytest.mark.django_db(transaction=True)

LARGEST = 40
COLUMNS = {
    "persons": ("person_no", "family_no"),
    "households": ("household_no",),
    "businesses": ("business_no",),
    "employments": ("employment_no",),
}


def test_nobody_draws_a_number_of_a_run_that_is_reserved_at_the_same_moment(tmp_path: Path) -> None:
    parts = {}
    for table, columns in COLUMNS.items():
        parts[table] = [tmp_path / f"{table}.parquet"]
        pq.write_table(pa.table({name: [1, LARGEST] for name in columns}), parts[table][0])
    drawn: set[int] = set()
    ended = threading.Event()

    def draw() -> None:
        """As a registration does, and again at once."""
        with psycopg.connect(current_address().conninfo("app"), autocommit=True) as connection:
            while not ended.is_set():
                numbers = connection.execute(
                    "SELECT nextval('registration_person_id_seq') FROM generate_series(1, 3)"
                ).fetchall()
                drawn.update(number for (number,) in numbers)

    others = [threading.Thread(target=draw) for _ in range(2)]
    for other in others:
        other.start()
    try:
        offsets = [loading._reserve(f"load {number}", parts).person_offset for number in range(60)]
    finally:
        ended.set()
        for other in others:
            other.join()
    reserved = {offset + number for offset in offsets for number in range(1, LARGEST + 1)}
    assert len(reserved) == 60 * LARGEST, "no two loads have the same"
    assert drawn and not drawn & reserved
