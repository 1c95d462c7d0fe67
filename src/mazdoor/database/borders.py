"""A room's tables are private also to SQL: this reads the SQL of every room for other rooms' table names.

Looked at are ``*.sql`` files and the strings of Python files. A table of another room (``wages_wagerecord`` in a file of
``payments``) is a finding; so is another room's view (``wages.month_shortfall``) that its ``views.sql`` does not
publish. Run by ``make check``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Words that make a string look like SQL; prose that happens to name a table is left alone.
_SQL: Final = re.compile(
    r"\b(SELECT\b.+\bFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|JOIN\s+\w+|COPY\s+\w+|FROM\s+\w+|TRUNCATE)\b",
    re.IGNORECASE | re.DOTALL,
)
_VIEW: Final = re.compile(r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:MATERIALIZED\s+)?VIEW\s+([\w.\"]+)", re.IGNORECASE)
_COMMENT: Final = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class Crossing:
    """One place where a room's SQL reaches into another room."""

    path: Path
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: reads {self.name} of another room; read a view it publishes"


def find_crossings(rooms: Iterable[tuple[str, Path, Iterable[str]]]) -> list[Crossing]:
    """``rooms`` gives (label, folder, its table names); returns every crossing, by file and line."""
    known = [(label, folder, set(tables)) for label, folder, tables in rooms]
    owner_of = {table: label for label, _, tables in known for table in tables}
    published = {label: _views_of(label, folder) for label, folder, _ in known}
    found = [
        crossing
        for label, folder, _ in known
        for path, line, text in _sql_of(folder)
        for crossing in _crossings_in(label, path, line, text, owner_of, published)
    ]
    return sorted(found, key=lambda each: (str(each.path), each.line))


def crossings_of_installed_rooms() -> list[Crossing]:
    """:func:`find_crossings` for the rooms of this programme. Django must be set up."""
    from django.apps import apps

    rooms = []
    for config in apps.get_app_configs():
        if config.name.startswith("mazdoor."):
            tables = [model._meta.db_table for model in config.get_models(include_auto_created=True)]
            rooms.append((config.label, Path(config.path), tables))
    return find_crossings(rooms)


def _crossings_in(
    label: str, path: Path, line: int, text: str, owner_of: dict[str, str], published: dict[str, set[str]]
) -> Iterator[Crossing]:
    for match in re.finditer(r"\b[a-z][a-z0-9_]*\b(?:\.[a-z][a-z0-9_]*\b)?", text):
        word = match[0]
        at = line + text.count("\n", 0, match.start())
        first, _, second = word.partition(".")
        if owner_of.get(first, label) != label or (first == "public" and owner_of.get(second, label) != label):
            yield Crossing(path, at, second if first == "public" else first)
        elif second not in ("", *published.get(first, {second})) and first != label and _read_from(text, match.start()):
            yield Crossing(path, at, f"{word} (not published)")


def _read_from(text: str, position: int) -> bool:
    """Whether the word at ``position`` stands where SQL names a relation (else ``wages.amount`` may be a column)."""
    return bool(re.search(r"\b(FROM|JOIN|INTO)\s+$", text[:position], re.IGNORECASE))


def _views_of(label: str, folder: Path) -> set[str]:
    path = folder / "views.sql"
    if not path.exists():
        return set()
    names = (match[1].replace('"', "") for match in _VIEW.finditer(path.read_text(encoding="utf-8")))
    return {name.removeprefix(f"{label}.") for name in names}


def _sql_of(folder: Path) -> Iterator[tuple[Path, int, str]]:
    """(file, first line, text) of everything in ``folder`` that looks like SQL."""
    for path in sorted(folder.rglob("*.sql")):
        yield path, 1, _COMMENT.sub("", path.read_text(encoding="utf-8"))
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node) for node in _docstrings(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                text = _COMMENT.sub("", node.value)
                if _SQL.search(text):
                    yield path, node.lineno, text


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value
