"""YAML documents with the place of everything in them.

Stricter than YAML: numbers are exact (``Decimal`` or ``int``), dates are dates, only ``true`` and ``false`` are yes and no
(a bare ``no`` is a word), and a key written twice is a mistake instead of a silent overwrite. Never a float.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from mazdoor.rules.problems import Mistake, Place, Problem, relative

_WHOLE: Final = re.compile(r"^-?\d+$")
_DECIMAL: Final = re.compile(r"^-?\d+\.\d+$")
_DATE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")

Path_ = tuple[str | int, ...]


@dataclass
class Document:
    """One YAML document: its plain values, and where each of them stands."""

    file: str
    data: Any
    places: dict[Path_, Place] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What the document declares (``kind:``), or an empty string."""
        return str(self.data.get("kind", "")) if isinstance(self.data, dict) else ""

    def place(self, *path: str | int) -> Place:
        """Where ``path`` stands; where it is missing, the nearest thing above it."""
        here = tuple(path)
        while here and here not in self.places:
            here = here[:-1]
        return self.places.get(here, Place(self.file, 1))


# They only compose; values are made below. The first is ten times as fast and is missing where PyYAML was built without C.
_FAST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EXACT: Final = yaml.SafeLoader


def read_folder(folder: Path) -> tuple[list[Document], list[Problem]]:
    """Every document of every ``*.yaml`` below ``folder`` (or of one file), in the order of their names."""
    documents: list[Document] = []
    problems: list[Problem] = []
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))
    for path in files:
        try:
            documents.extend(read_text(path.read_text(encoding="utf-8"), relative(path, folder.parent)))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            problems.append(
                Problem(
                    relative(path, folder.parent),
                    line,
                    column,
                    "yaml-broken",
                    f"this is not YAML: {error.problem or error.context}",
                    "look for a missing quote, colon or indentation above",
                )
            )
        except UnicodeDecodeError:
            problems.append(Problem(relative(path, folder.parent), 1, 1, "yaml-broken", "the file is not UTF-8"))
        except Misread as error:
            problems.append(error.problem)
    return documents, problems


class Misread(Exception):
    """A value that YAML can write and we refuse."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_text(text: str, file: str) -> Iterator[Document]:
    """The documents in ``text``."""
    lines = text.split("\n")
    for node in _nodes(text):
        if node is not None:
            document = Document(file, None)
            document.data = _value(node, (), document, lines)
            yield document


def _nodes(text: str) -> Iterable[yaml.Node | None]:
    """The documents as nodes. What the fast reader cannot read the other one does, for it says better what is wrong."""
    if "\t" in text:  # the fast one lets them pass where YAML does not
        return yaml.compose_all(text, Loader=_EXACT)
    try:
        return list(yaml.compose_all(text, Loader=_FAST))
    except yaml.YAMLError:
        return yaml.compose_all(text, Loader=_EXACT)


def _value(node: yaml.Node, path: Path_, document: Document, lines: list[str]) -> Any:
    mark = node.start_mark
    document.places[path] = Place(document.file, mark.line + 1, mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = Place(document.file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in found:
                raise Misread(Mistake("key-twice", f'"{key}" is written twice', repair="keep one of them").at(place))
            found[key] = _value(value_node, (*path, key), document, lines)
            if not isinstance(value_node, yaml.ScalarNode):
                document.places[(*path, key)] = place
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*path, index), document, lines) for index, each in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    if node.style in ("|", ">"):
        # The text begins on the next line, indented below its key.
        indent = _indent(lines[mark.line + 1 :])
        document.places[path] = Place(document.file, mark.line + 2, indent + 1)
    elif node.style in ('"', "'"):
        document.places[path] = Place(document.file, mark.line + 1, mark.column + 2)
    return node.value if node.style else _plain(node.value, document.places[path])


def _indent(lines: list[str]) -> int:
    """How far the first line with something on it is indented."""
    for line in lines:
        if line.strip():
            return len(line) - len(line.lstrip())
    return 0


def _plain(text: str, place: Place) -> Any:
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Misread(Mistake("date-impossible", f"{text} is not a day of the calendar").at(place)) from None
    return text
