"""Names and values as SQL writes them, where a statement takes no parameters."""

from __future__ import annotations

from pathlib import Path


def quoted(column: str) -> str:
    """A column's name in SQL."""
    return '"' + column.replace('"', '""') + '"'


def literal(value: str | Path) -> str:
    """A text, or the path of a file, in SQL."""
    return "'" + str(value).replace("'", "''") + "'"
