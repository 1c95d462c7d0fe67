"""Tables in the terminal that never cut a number, however narrow the terminal or the pipe."""

from __future__ import annotations

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_LONGEST_NAME = 44
"""Signs of the first column before its words go on in a next line."""
_NO_BOUND = 10_000


def show(console: Console, table: Table) -> None:
    """Print ``table`` as wide as its numbers need: the first column may fold, the others are whole and set to the right."""
    for index, column in enumerate(table.columns):
        if index:
            column.justify, column.no_wrap = "right", True
        else:
            column.max_width = _LONGEST_NAME
    needed = Measurement.get(console, console.options.update(max_width=_NO_BOUND), table).maximum
    table.width = needed
    console.print(table, crop=False, overflow="ignore", soft_wrap=needed > console.width)
