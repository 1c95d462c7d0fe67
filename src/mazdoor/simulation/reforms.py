"""A reform: what a document of kind ``reform`` changes of a policy, written into copies of the policy's own documents.

The changed documents go through the same checks as any policy, and a mistake in what the reform wrote names its line there.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from mazdoor.kernel.refusals import Words
from mazdoor.rules import building
from mazdoor.rules.loading import build_policies
from mazdoor.rules.model import Payer, PolicySet
from mazdoor.rules.problems import Place, PolicyError, Problem, did_you_mean
from mazdoor.rules.reading import Document, Path_, read_folder, read_text
from mazdoor.rules.schema import check_shape

_ALWAYS: Final = date(1, 1, 1)
_GROUPS: Final = ("all_of", "any_of", "none_of")
_PROPOSED: Final = "proposed"


@dataclass(frozen=True)
class Reform:
    """What a reform document says of itself, and the policy as it would then stand.

    ``areas``: area codes (and all below them) where it holds; empty: everywhere. Outside them, before ``valid_from`` and
    from ``valid_to`` on, the law stands as it is.
    """

    id: str
    title: Words
    programme: str
    valid_from: date
    valid_to: date | None
    areas: tuple[str, ...]
    note: Words | None
    paid_by: tuple[Payer, ...]
    text: str
    policy_set: PolicySet


def shipped_reforms(folder: Path) -> dict[str, Path]:
    """The example reforms that come with a policy folder (its ``reforms/*.yaml``), by id."""
    found: dict[str, Path] = {}
    for path in sorted((folder / "reforms").glob("*.yaml")):
        documents, _ = read_folder(path)
        found.update({str(each.data["id"]): path for each in documents if each.kind == "reform"})
    return found


def read_reform(folder: Path, reform: Path) -> Reform:
    """The reform in the file ``reform``, set into the policy under ``folder``.

    Raises :class:`PolicyError` with everything that is wrong with it, ``FileNotFoundError`` where it is not there.
    """
    if not reform.is_file():
        raise FileNotFoundError(f"there is no reform {reform.name}")
    found, problems = read_folder(reform)
    if problems:
        raise PolicyError(problems)
    reforms = [each for each in found if each.kind == "reform"]
    if len(found) != 1 or len(reforms) != 1:
        raise PolicyError(
            [
                Problem(
                    reform.name, 1, 1, "reform-missing", "a reform is one document of kind reform", "write kind: reform"
                )
            ]
        )
    problems = check_shape(reforms[0])
    if problems:
        raise PolicyError(problems)
    base, problems = _base(folder)
    if problems:
        raise PolicyError(problems)
    return _Writing(folder, base, reforms[0], reform.read_text(encoding="utf-8")).reform()


def read_reform_text(folder: Path, text: str, *, name: str = "reform.yaml") -> Reform:
    """:func:`read_reform` of a text, as a screen holds it; messages call it ``name``."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_text(text, encoding="utf-8")
        return read_reform(folder, path)


def _base(folder: Path) -> tuple[list[Document], list[Problem]]:
    """The documents of a policy folder, read again only when one of its files has changed (they are copied before use)."""
    files = sorted(folder.rglob("*.yaml"))
    return _read(folder, tuple((str(each), each.stat().st_mtime_ns) for each in files))


@lru_cache(maxsize=2)
def _read(folder: Path, _stamps: tuple[tuple[str, int], ...]) -> tuple[list[Document], list[Problem]]:
    return read_folder(folder)


def with_value(folder: Path, reform: Reform, parameter: str, value: Decimal) -> Reform:
    """``reform`` with one more change: a parameter (of all its keys, where it is a table) has ``value`` from its first day."""
    documents = list(read_text(reform.text, f"{reform.id}.yaml"))
    document = documents[0]
    keys = sorted({each.key for each in reform.policy_set.parameters[parameter].values})
    changes = document.data.setdefault("parameters", {})
    changes[parameter] = {"values": [{"value": value, **({"key": list(key)} if key else {})} for key in keys]}
    base, problems = _base(folder)
    if problems:
        raise PolicyError(problems)
    return _Writing(folder, base, document, reform.text).reform()


class _Writing:
    """One reform on its way into the documents of a policy."""

    def __init__(self, folder: Path, base: list[Document], document: Document, text: str) -> None:
        self.folder, self.document, self.data, self.text = folder, document, document.data, text
        self.documents = [_copied(each) for each in base if each.kind not in ("reform", "cases")]
        self.problems: list[Problem] = []

    def report(self, place: Place, code: str, message: str, repair: str = "") -> None:
        self.problems.append(Problem(place.file, place.line, place.column, code, message, repair))

    def reform(self) -> Reform:
        programme = self.programme()
        payers = building.payers(self.document, self.report)
        if programme is not None:
            self.parameters()
            self.definitions()
            self.clauses(programme.data["rule"])
            self.amount(programme)
        if self.data.get("to") is not None and self.data["to"] <= self.data["from"]:
            self.report(
                self.document.place("to"),
                "dates-reversed",
                "the reform ends before it begins",
                "to: is its first day off",
            )
        if self.problems:
            raise PolicyError(self.problems)
        policy_set, problems = build_policies(self.documents, str(self.folder))
        if any(each.severity == "error" for each in problems):
            raise PolicyError(problems)
        return Reform(
            self.data["id"],
            building.words(self.data["title"]),
            self.data["programme"],
            self.data["from"],
            self.data.get("to"),
            tuple(self.data.get("areas", ())),
            building.words(self.data["note"]) if "note" in self.data else None,
            payers,
            self.text,
            policy_set,
        )

    def programme(self) -> Document | None:
        programmes = {each.data["id"]: each for each in self.documents if each.kind == "programme"}
        name = self.data["programme"]
        if name not in programmes:
            self.report(
                self.document.place("programme"),
                "programme-unknown",
                f'there is no programme "{name}"',
                did_you_mean(name, programmes) or "programmes are " + ", ".join(sorted(programmes)),
            )
            return None
        found = programmes[name]
        # Nothing leans on another programme, so only this one is built again.
        self.documents = [each for each in self.documents if each.kind != "programme" or each is found]
        # While the reform holds the programme runs, from the reform's first day to its last.
        found.data["to"] = self.data.get("to")
        if found.data["to"] is None:
            del found.data["to"]
        return found

    # --- parameters

    def parameters(self) -> None:
        known = {
            name: document
            for document in self.documents
            if document.kind == "parameters"
            for name in document.data["parameters"]
        }
        for name, change in self.data.get("parameters", {}).items():
            here: Path_ = ("parameters", name)
            if name in known:
                self.values(known[name], name, change)
            elif "title" in change:
                self.add("parameters", here, {"kind": "parameters", "parameters": {name: self.new_parameter(change)}})
            else:
                self.report(
                    self.document.place(*here),
                    "name-unknown",
                    f'there is no parameter "{name}"',
                    did_you_mean(name, known) or "a new one needs its title:",
                )

    def value(self, value: dict[str, Any]) -> dict[str, Any]:
        """A value of the reform as the policy holds it: in force from its day, and known whenever it is asked."""
        citation = {"provision": _PROPOSED, "source": f"reform {self.data['id']}", "verified": "unresolved"}
        return {"from": self.data["from"], **value, "known_from": _ALWAYS, **citation}

    def new_parameter(self, change: dict[str, Any]) -> dict[str, Any]:
        return {**change, "values": [self.value(each) for each in change["values"]]}

    def values(self, target: Document, name: str, change: dict[str, Any]) -> None:
        for key in ("title", "type", "unit", "keys"):
            if key in change:
                self.report(
                    self.document.place("parameters", name, key),
                    "name-twice",
                    f'"{name}" is already there: a reform changes its values, not its {key}',
                    f"remove {key}:",
                )
        path: Path_ = ("parameters", name, "values")
        added = [(self.value(each), ("parameters", name, "values", i)) for i, each in enumerate(change["values"])]
        kept: list[tuple[Any, dict[Path_, Place]]] = []
        for index, old in enumerate(target.data["parameters"][name]["values"]):
            gone = any(
                tuple(new.get("key", ())) == tuple(old.get("key", ())) and new["from"] <= old["from"]
                for new, _ in added
            )
            if not gone:
                kept.append((old, _below(target, (*path, index))))
        kept.extend((new, _below(self.document, where)) for new, where in added)
        target.data["parameters"][name]["values"] = [each for each, _ in kept]
        for index, (_, places) in enumerate(kept):
            _put(target, (*path, index), places)

    # --- definitions

    def definitions(self) -> None:
        known = {
            (document.data["entity"], name): document
            for document in self.documents
            if document.kind == "definitions"
            for name in document.data["definitions"]
        }
        entities = {
            name for document in self.documents if document.kind == "facts" for name in document.data["entities"]
        }
        for entity, changes in self.data.get("definitions", {}).items():
            if entity not in entities:
                self.report(
                    self.document.place("definitions", entity),
                    "entity-unknown",
                    f'there is no "{entity}"',
                    did_you_mean(entity, entities),
                )
                continue
            for name, change in changes.items():
                here: Path_ = ("definitions", entity, name)
                if (entity, name) in known:
                    target = known[(entity, name)]
                    target.data["definitions"][name] |= change
                    _put(target, ("definitions", name), _below(self.document, here))
                elif "title" in change:
                    new = {
                        "kind": "definitions",
                        "entity": entity,
                        "definitions": {name: {**change, "provision": _PROPOSED}},
                    }
                    added = self.add("definitions", ("definitions", entity), new)
                    _put(added, ("definitions", name), _below(self.document, here))
                else:
                    near = did_you_mean(name, [each for of, each in known if of == entity])
                    self.report(
                        self.document.place(*here),
                        "name-unknown",
                        f'nothing is called "{name}" for a {entity}',
                        near or "a new result needs its title:",
                    )

    def add(self, _kind: str, here: Path_, data: dict[str, Any]) -> Document:
        added = Document(self.document.file, data)
        _put(added, here[:1], _below(self.document, here[:1]))
        self.documents.append(added)
        return added

    # --- clauses

    def clauses(self, rule_id: str) -> None:
        rule = next(each for each in self.documents if each.kind == "rule" and each.data["id"] == rule_id)
        there = dict(_clauses(rule.data))
        for name, change in self.data.get("clauses", {}).items():
            here: Path_ = ("clauses", name)
            if name not in there or name == rule_id:
                self.report(
                    self.document.place(*here),
                    "clause-unknown",
                    f'the rule has no clause "{name}"',
                    did_you_mean(name, there) or "clauses are " + ", ".join(each for each in there if each != rule_id),
                )
                continue
            self.change_clause(rule, there[name], change, here)
        for index, addition in enumerate(self.data.get("added_clauses", ())):
            above = addition["under"]
            spot = there.get(above)
            group = None if spot is None else _group(_at(rule.data, spot))
            if spot is None or group is None:
                groups = [name for name, path in there.items() if _group(_at(rule.data, path))]
                self.report(
                    self.document.place("added_clauses", index, "under"),
                    "clause-unknown",
                    f'no group of clauses is called "{above}"',
                    did_you_mean(above, groups) or "groups are " + ", ".join(groups),
                )
                continue
            clause = {"provision": _PROPOSED, "verified": "unresolved", **copy.deepcopy(addition["clause"])}
            beside = _at(rule.data, spot)[group]
            beside.append(clause)
            _put(rule, (*spot, group, len(beside) - 1), _below(self.document, ("added_clauses", index, "clause")))

    def change_clause(self, rule: Document, path: Path_, change: dict[str, Any], here: Path_) -> None:
        clause = _at(rule.data, path)
        if ("formula" in change) == ("left_out" in change) and len(set(change) - {"title"}) != 0:
            self.report(
                self.document.place(*here), "clause-empty", "a clause is given another formula, or left out", "say one"
            )
        for key in (*_GROUPS, "formula", "not_coded"):
            if "left_out" in change or "formula" in change:
                clause.pop(key, None)
        if "left_out" in change:
            clause["not_coded"] = change["left_out"]
            clause.pop("unknown", None)
        clause |= {key: value for key, value in change.items() if key != "left_out"}
        if "formula" in change:
            clause["verified"] = "unresolved"
        _put(rule, path, _below(self.document, here))

    # --- amount and category

    def amount(self, programme: Document) -> None:
        if "amount" in self.data:
            programme.data["amount"] |= self.data["amount"]
            _put(programme, ("amount",), _below(self.document, ("amount",)))
        if "category" in self.data:
            programme.data["category"] = self.data["category"]
            _put(programme, ("category",), _below(self.document, ("category",)))
        if "categories" in self.data:
            programme.data.setdefault("categories", {}).update(self.data["categories"])


def _copied(document: Document) -> Document:
    return Document(document.file, copy.deepcopy(document.data), dict(document.places))


def _below(document: Document, path: Path_) -> dict[Path_, Place]:
    """The places at and below ``path``, by what follows it."""
    size = len(path)
    return {each[size:]: place for each, place in document.places.items() if each[:size] == path}


def _put(document: Document, path: Path_, places: dict[Path_, Place]) -> None:
    for rest, place in places.items():
        document.places[(*path, *rest)] = place


def _group(clause: dict[str, Any]) -> str | None:
    """The word under which a clause holds others."""
    inside = clause.get("clauses", clause)
    return next((each for each in _GROUPS if each in inside), None)


def _clauses(rule: dict[str, Any]) -> Iterator[tuple[str, Path_]]:
    """Every clause of a rule by id, with its path; the rule's own id stands for its root."""
    yield rule["id"], ("clauses",)
    kind = next(iter(rule["clauses"]))
    yield from _parts(rule["clauses"][kind], ("clauses", kind))


def _parts(clauses: list[dict[str, Any]], path: Path_) -> Iterator[tuple[str, Path_]]:
    for index, each in enumerate(clauses):
        yield str(each["id"]), (*path, index)
        kind = _group(each)
        if kind is not None:
            yield from _parts(each[kind], (*path, index, kind))


def _at(data: Any, path: Path_) -> Any:
    for step in path:
        data = data[step]
    return data
