"""Columns of many people at once, as the tables of registration hold them: sealed, indexed, sounded, keyed, numbered.

Each gives what the services give one person; for a load of a population and for a file of people.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.people import name_sounds
from mazdoor.kernel.numbering import registry_numbers as numbers_of
from mazdoor.matching.door import DOOR_RECIPES, door_keys_in_bulk

_KEYED: Final = (
    "given_name", "surname", "father_name", "given_name_ur", "surname_ur", "father_name_ur",
    "birth_date", "sex",
)  # fmt: skip


def door_key_columns(record: dict[str, Any]) -> dict[str, Any]:
    """Columns of ``registration_personkeys`` for columns of ``registration_personrecord`` (see ``looking``)."""
    people = {name: record[name] for name in _KEYED}
    district = pc.utf8_slice_codeunits(record["area_code"], 0, 5)
    keys = door_keys_in_bulk(pa.table({"record_id": record["person_id"], **people, "district_code": district}))
    areas = pa.table({"record_id": record["person_id"], "area_code": record["area_code"]}).sort_by("record_id")
    return {
        "person_id": keys["record_id"],
        **{recipe.name: keys[recipe.name] for recipe in DOOR_RECIPES},
        "area_code": areas["area_code"],
    }


def sealed(values: list[str | None], purpose: str) -> pa.Array:
    """Each value sealed for ``purpose``; nothing where there is none."""
    return pa.array(keyring().seal_all(values, purpose=purpose), pa.binary())


def sounds_column(table: pa.Table) -> pa.Array:
    """``name_sounds`` of each row as a PostgreSQL array literal; each distinct name is sounded once (it is cached)."""
    columns = [table[name].to_pylist() for name in ("given_name", "surname", "given_name_ur", "surname_ur")]
    return pa.array(["{" + ",".join(name_sounds(*names)) + "}" for names in zip(*columns, strict=True)])


def cnic_columns(values: list[str | None]) -> dict[str, pa.Array]:
    """CNICs sealed, with their blind indexes."""
    return {"cnic_encrypted": sealed(values, "cnic"), **cnic_index_columns(values)}


def cnic_index_columns(cnics: list[str | None]) -> dict[str, pa.Array]:
    """The blind indexes of many CNICs (thirteen digits each), a column for each part: as ``Keyring.cnic_indexes`` one by one.

    Parts that many share are hashed once.
    """
    written = pa.array(cnics, pa.string())

    def index(parts: pa.Array, purpose: str) -> pa.Array:
        coded = parts.dictionary_encode()
        hashed = pa.array(keyring().index_all(coded.dictionary.to_pylist(), purpose=purpose), pa.binary())
        return hashed.take(coded.indices)

    return {
        "cnic_index": index(written, "cnic"),
        "cnic_segment_1": index(pc.utf8_slice_codeunits(written, 0, 5), "cnic-1"),
        "cnic_segment_2": index(pc.utf8_slice_codeunits(written, 5, 12), "cnic-2"),
        "cnic_segment_3": index(pc.utf8_slice_codeunits(written, 12, 13), "cnic-3"),
        "cnic_sorted_index": index(_sorted_digits(written), "cnic-sorted"),
    }


def _sorted_digits(cnics: pa.Array) -> pa.Array:
    """The digits of each CNIC in order of size."""
    held = np.flatnonzero(pc.is_valid(cnics).to_numpy(zero_copy_only=False))
    digits = np.array(cnics.drop_null().to_pylist(), dtype="S13").view(np.uint8).reshape(-1, 13)
    in_order = np.sort(digits, axis=1).view("S13").reshape(-1)
    result = np.full(len(cnics), None, dtype=object)
    result[held] = in_order.astype(str)
    return pa.array(result, pa.string())


def mobile_columns(values: list[str | None]) -> dict[str, pa.Array]:
    """Mobile numbers sealed, with their blind index."""
    return {
        "mobile_encrypted": sealed(values, "mobile"),
        "mobile_index": pa.array(keyring().index_all(values, purpose="mobile"), pa.binary()),
    }


def registry_numbers(ids: NDArray[np.int64]) -> pa.Array:
    """Registry numbers of many ids at once; the same as ``kernel.identifiers.registry_number`` one by one."""
    return pa.array(numbers_of(ids))
