"""Figures in the terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.table import Table

from mazdoor.cli.tables import show


def test_no_number_is_cut_in_a_narrow_terminal() -> None:
    table = Table("who pays", *(f"column {n}" for n in range(8)))
    table.add_row("the Fund " * 12, *["1,234,567,890.12"] * 8)
    written = StringIO()
    show(Console(file=written, width=60), table)
    text = written.getvalue()
    assert text.count("1,234,567,890.12") == 8
    assert text.count("the Fund") == 12
    assert "…" not in text
    assert len({len(line) for line in text.splitlines()}) == 1
