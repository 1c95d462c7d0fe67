"""Invented people on whom linkage is measured, as `link` reads them: written once by `mazdoor.synth.linkage`, kept in a folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import duckdb

from mazdoor.synth.linkage import LinkageOrder, write_linkage

#: Numbers of cards as a register stores them: hashes of the whole, of its three segments, of its digits in order. Without a
#: key here, since nobody's number is in it.
_SEALED = """
SELECT record_id, person_no, given_name, surname, father_name, husband_name, birth_date, sex, district_code, area_code,
       CAST(household_id AS VARCHAR) AS household_id, mobile, md5(mobile) AS phone_index, md5(cnic) AS cnic_index,
       md5('1' || cnic[1:5]) AS cnic_segment_1, md5('2' || cnic[6:12]) AS cnic_segment_2,
       md5('3' || cnic[13:13]) AS cnic_segment_3, md5(array_to_string(list_sort(string_split(cnic, '')), ''))
       AS cnic_sorted_index, md5('old' || old_nic) AS old_nic_index, cnic, script, errors
FROM read_parquet('{raw}')
"""


def population(order: LinkageOrder, folder: Path) -> Path:
    """The Parquet file of one order, written if it is not there yet; `person_no` is the truth."""
    name = "-".join(f"{key}={value}" for key, value in sorted(asdict(order).items()))
    ready = folder / f"{name}.parquet"
    if ready.is_file():
        return ready
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / "raw.parquet"
    write_linkage(order, raw)
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = true; SET memory_limit = '3GB'")
        made = folder / "half.parquet"
        con.execute(f"COPY ({_SEALED.format(raw=raw)}) TO '{made}' (FORMAT parquet, COMPRESSION zstd)")
    raw.unlink()
    made.rename(ready)
    return ready
