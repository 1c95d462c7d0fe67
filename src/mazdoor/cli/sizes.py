"""What commands ask of memory, checked before anything is begun."""

from __future__ import annotations

import re
from typing import Final

import click

_SIZE: Final = re.compile(r"\d+(\.\d+)? ?[MG]i?B", re.IGNORECASE)


def memory_size(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """An option's value as DuckDB reads it, such as 2GB; anything else is not understood."""
    if value is not None and not _SIZE.fullmatch(value):
        raise click.BadParameter("a size such as 2GB or 800MB")
    return value
