"""Which pairs of rows are looked for, where there are two files or one is new."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Among(Enum):
    """Rows have a ``source``, 1 or 2, and are numbered through the files, those of source 1 first.

    ``ALL``: every row with every other. ``ACROSS``: only rows of the one with rows of the other. ``NEW``: rows of source 1
    are new and compared with all; rows of source 2 were compared with each other before.
    """

    ALL = "all"
    ACROSS = "across"
    NEW = "new"

    def rule(self) -> str:
        """What a key's rule says besides, as Splink reads it; there the left row is the one with the lower number.

        So a pair has a new row where the left one is new, which is known before rows are joined: what is old is never
        joined with what is old.
        """
        return {
            Among.ALL: "",
            Among.ACROSS: " AND l.source = 1 AND r.source = 2",
            Among.NEW: " AND l.source = 1",
        }[self]

    def pairs(self, rows: Mapping[int, int]) -> int:
        """How many pairs so many rows of each source make."""
        whole = sum(rows.values())
        inside = {Among.ALL: (), Among.ACROSS: (1, 2), Among.NEW: (2,)}[self]
        left_out = sum(rows.get(source, 0) * (rows.get(source, 0) - 1) // 2 for source in inside)
        return whole * (whole - 1) // 2 - left_out
