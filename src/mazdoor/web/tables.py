"""Tables: one description serves the page and the file.

A view describes its columns once; the page shows them and "Download (CSV)" gives exactly the same rows and columns, so
nobody has to ask what was left out.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString

from mazdoor.kernel.money import to_rupees
from mazdoor.web import formats, states

Kind = Literal["text", "code", "number", "money", "day", "moment", "month", "state", "share"]
NUMERIC: frozenset[str] = frozenset({"number", "money", "share"})


@dataclass(frozen=True)
class Column:
    """One column: its heading, how its value is found in a row, and how that is written.

    ``money`` values are paisa. ``link`` gives the address a cell leads to; ``head`` marks the cell that names the row
    (read out by screen readers before its neighbours).
    """

    label: str
    value: Callable[[Any], Any]
    kind: Kind = "text"
    link: Callable[[Any], str | None] | None = None
    head: bool = False

    @property
    def numeric(self) -> bool:
        """Whether cells are aligned at the end."""
        return self.kind in NUMERIC

    def html(self, row: Any) -> SafeString:
        """The cell as the page shows it."""
        shown = self._shown(self.value(row))
        address = self.link(row) if self.link else None
        return SafeString(f'<a href="{escape(address)}">{shown}</a>') if address else shown

    def _shown(self, value: Any) -> SafeString:
        if value is None or value == "":
            return SafeString(formats.NOTHING)
        match self.kind:
            case "code":
                return formats.ltr(value)
            case "number":
                return formats.count(value)
            case "money":
                return formats.ltr(formats.figures(value))
            case "share":
                return formats.percent(value)
            case "day":
                return escape(formats.day(value))
            case "moment":
                return escape(formats.moment(value))
            case "month":
                return escape(formats.month(value))
            case "state":
                return states.tag(value)
            case "text":
                return conditional_escape(value)

    def plain(self, row: Any) -> str:
        """The cell as the file holds it: rupees with a point, ISO dates, states as their words."""
        value = self.value(row)
        if value is None:
            return ""
        match self.kind:
            case "money":
                return str(to_rupees(value))
            case "day" | "month":
                return _iso_day(value)
            case "moment":
                return value.isoformat(timespec="seconds") if isinstance(value, dt.datetime) else str(value)
            case "state":
                return str(states.word(value))
            case "number" | "share":
                return str(value)
            case "text" | "code":
                return _harmless(str(value))


def _iso_day(value: dt.date) -> str:
    return (value.date() if isinstance(value, dt.datetime) else value).isoformat()


def _harmless(text: str) -> str:
    """Text a spreadsheet will not run as a formula when the file is opened."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@dataclass(frozen=True)
class Table:
    """Rows under a caption. ``name`` becomes the file name; it never holds a person's data."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    note: str = ""
    export: bool = True
    totals: Sequence[str] = field(default_factory=tuple)

    @property
    def body(self) -> SafeString:
        """The rows as the page shows them, put together here: a template would take ten steps for each cell."""
        marks = [
            ('<th scope="row">', "</th>")
            if column.head
            else ('<td class="number">' if column.numeric else "<td>", "</td>")
            for column in self.columns
        ]
        lines = []
        for row in self.rows:
            cells = zip(marks, self.columns, strict=True)
            lines.append("".join(f"{begin}{column.html(row)}{end}" for (begin, end), column in cells))
        return SafeString("".join(f"<tr>{line}</tr>\n" for line in lines))

    def csv(self) -> HttpResponse:
        """The same rows as a file (UTF-8 with a mark, so that spreadsheets show Urdu)."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([str(c.label) for c in self.columns])
        writer.writerows([c.plain(row) for c in self.columns] for row in self.rows)
        response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.name}.csv"'
        return response
