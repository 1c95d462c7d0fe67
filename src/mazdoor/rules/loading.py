"""A folder of YAML → :class:`PolicySet`, or everything that is wrong with it, each with file, line, cause and repair."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from mazdoor import policy
from mazdoor.rules import building
from mazdoor.rules.language import typed
from mazdoor.rules.language.checking import check_formula
from mazdoor.rules.language.names import Names
from mazdoor.rules.language.sums import exact_sum
from mazdoor.rules.mistakes import semantics
from mazdoor.rules.mistakes.leftovers import check_words, leftovers
from mazdoor.rules.mistakes.unreachable import unreachable
from mazdoor.rules.model import (
    Case,
    Clause,
    Definition,
    Entity,
    Expectation,
    Instrument,
    Parameter,
    PolicySet,
    Programme,
    Rule,
)
from mazdoor.rules.outcome import outcome_of
from mazdoor.rules.problems import Mistake, Place, PolicyError, Problem, did_you_mean
from mazdoor.rules.reading import Document, Path_, read_folder
from mazdoor.rules.schema import check_shape
from mazdoor.rules.scorecards.written_out import written_out

GROUPS = ("all_of", "any_of", "none_of")


def shipped_folders() -> dict[str, Path]:
    """Country → its folder of policy, of the laws that come with Mazdoor. No country's names meet another's."""
    root = Path(next(iter(policy.__path__)))
    return {each.parent.name: each.parent for each in sorted(root.glob("*/facts.yaml"))}


def shipped_folder(country: str = "pakistan") -> Path:
    """The folder of the policies of one country that come with Mazdoor. Raises ``KeyError`` where there are none."""
    return shipped_folders()[country]


def load_policies(folder: Path | str | None = None) -> PolicySet:
    """The policy under ``folder`` (or in one file), loaded and checked; None: Pakistan's, which come with Mazdoor.

    Raises :class:`PolicyError` with every problem found; ``FileNotFoundError`` where there is nothing to read.
    """
    policy_set, problems = read_policies(shipped_folder() if folder is None else Path(folder), thorough=False)
    if policy_set is None or any(each.severity == "error" for each in problems):
        raise PolicyError(problems)
    return policy_set


def read_policies(folder: Path, *, thorough: bool = True) -> tuple[PolicySet | None, list[Problem]]:
    """Like :func:`load_policies`, but hands back problems instead of raising: for ``mazdoor rules check``.

    ``thorough``: also prove which clauses and branches can never decide (warnings, which keep nothing from running).
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no policy folder {folder.name}")
    documents, problems = read_folder(folder)
    for document in documents:
        problems.extend(check_shape(document))
    if problems:
        return None, sorted(set(problems))
    if not documents:
        raise FileNotFoundError(f"the policy folder {folder.name} holds no .yaml")
    policy_set, problems = build_policies(documents, str(folder))
    if thorough and not any(each.severity == "error" for each in problems):
        problems = sorted({*problems, *unreachable(policy_set)})
    return policy_set, problems


def build_policies(documents: list[Document], folder: str) -> tuple[PolicySet, list[Problem]]:
    """Documents whose shape was checked → policy and problems. Documents of kind ``reform`` are no law and are left out."""
    meant = [each for document in documents for each in _meant(document)]
    loader = _Loading(meant)
    policy_set = loader.load(folder)
    return policy_set, sorted(set(loader.problems))


def _meant(document: Document) -> list[Document]:
    """What a document stands for: a scorecard for its parameters and definitions, any other for itself."""
    return written_out(document) if document.kind == "scorecard" else [document]


class _Loading:
    """One load. Collects problems instead of stopping at the first."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents
        self.problems: list[Problem] = []
        self.entities: dict[str, Entity] = {}
        self.instruments: dict[str, Instrument] = {}
        self.parameters: dict[str, Parameter] = {}
        self.raw: dict[tuple[str, str], tuple[Document, dict[str, Any]]] = {}
        self.definitions: dict[tuple[str, str], Definition] = {}
        self.doing: list[tuple[str, str]] = []
        self.broken: set[tuple[str, str]] = set()
        self.rule_documents: dict[str, Document] = {}
        self.rules: dict[str, Rule | None] = {}
        self.rule_entities: dict[str, str] = {}
        self.names = Names(self.entities, self.parameters, self.raw, self.definition_type, self.rule_entities)

    def report(self, place: Place, code: str, message: str, repair: str = "") -> None:
        self.problems.append(Problem(place.file, place.line, place.column, code, message, repair))

    def of_kind(self, kind: str) -> list[Document]:
        return [document for document in self.documents if document.kind == kind]

    def load(self, folder: str) -> PolicySet:
        self.vocabulary()
        if any(each.code in ("entity-unknown", "column-unknown") for each in self.problems):
            return PolicySet(folder, self.entities, {}, {}, {}, {}, {}, ())  # no formula can be read over broken links
        self.cited_data()
        self.declare_rules()
        for key in self.raw:
            self.define(key, key[1], 0)
        rules = self.unique(self.of_kind("rule"), self.rule_once)
        programmes = self.unique(self.of_kind("programme"), lambda document: self.programme(document, rules))
        cases = tuple(case for document in self.of_kind("cases") for case in self.cases(document, programmes))
        policy_set = PolicySet(
            folder, self.entities, self.instruments, self.parameters, self.definitions, rules, programmes, cases
        )
        self.problems.extend(semantics.check(policy_set))
        self.problems.extend(problem for document in self.documents for problem in check_words(document))
        if not any(each.severity == "error" for each in self.problems):
            self.problems.extend(leftovers(policy_set))
        return policy_set

    def unique(self, documents: list[Document], build: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for document in documents:
            name = document.data["id"]
            if name in found:
                self.report(document.place("id"), "name-twice", f'"{name}" is declared twice', "rename one of them")
            built = build(document)
            if built is not None:
                found[name] = built
        return found

    def declare_rules(self) -> None:
        """The names of rules, so that formulas may ask for their outcome wherever they stand."""
        for document in self.of_kind("rule"):
            name, entity = document.data["id"], document.data["entity"]
            self.rule_documents.setdefault(name, document)
            if entity in self.entities:
                self.rule_entities.setdefault(name, entity)
                if name in self.entities[entity].fields or (entity, name) in self.raw or name in self.parameters:
                    self.report(
                        document.place("id"), "name-twice", f'"{name}" already means something', "choose another name"
                    )

    # --- what needs no formula

    def vocabulary(self) -> None:
        owners: dict[str, Document] = {}
        for document in self.of_kind("facts"):
            for name in document.data["entities"]:
                if name in self.entities:
                    self.report(document.place("entities", name), "name-twice", f'"{name}" is declared twice')
                self.entities[name] = building.entity(document, name, self.report)
                owners[name] = document
        building.check_entities(self.entities, owners, self.report)

    def cited_data(self) -> None:
        for document in self.of_kind("instruments"):
            for name in document.data["instruments"]:
                if name in self.instruments:
                    self.report(document.place("instruments", name), "name-twice", f'"{name}" is declared twice')
                self.instruments[name] = building.instrument(document, name)
        for document in self.of_kind("parameters"):
            for name in document.data["parameters"]:
                if name in self.parameters:
                    self.report(document.place("parameters", name), "name-twice", f'"{name}" is declared twice')
                self.parameters[name] = building.parameter(document, name, self.report)
        for document in self.of_kind("definitions"):
            entity = document.data["entity"]
            if entity not in self.entities:
                self.report(
                    document.place("entity"),
                    "entity-unknown",
                    f'there is no "{entity}"',
                    did_you_mean(entity, self.entities),
                )
                continue
            for name, data in document.data["definitions"].items():
                place = document.place("definitions", name)
                if (entity, name) in self.raw or name in self.entities[entity].fields or name in self.parameters:
                    self.report(place, "name-twice", f'"{name}" already means something', "choose another name")
                self.raw[(entity, name)] = (document, {**data, "above": document.data})

    # --- formulas

    def formula(self, data: object, entity: str, place: Place) -> typed.Expression | None:
        text = building.formula_text(data)
        try:
            return check_formula(text, entity, self.names)
        except _Broken:
            return None
        except Mistake as mistake:
            self.problems.append(mistake.at(place, text))
            return None

    def definition_type(self, entity: str, name: str, offset: int) -> typed.Type:
        """The type of a definition, which is checked on first use. Raises :class:`Mistake` for a cycle."""
        key = (entity, name)
        if key in self.doing:
            circle = " → ".join(each for _, each in [*self.doing[self.doing.index(key) :], key])
            raise Mistake("cycle", f"it needs its own result: {circle}", offset=offset, repair="break the circle")
        if key in self.raw:
            self.define(key, name, offset)
        else:
            self.define_rule(key)
        if key in self.broken:
            raise _Broken
        return self.definitions[key].formula.type

    def define(self, key: tuple[str, str], name: str, offset: int) -> None:
        if key in self.definitions or key in self.broken:
            return
        document, data = self.raw[key]
        place = document.place("definitions", name, "formula")
        self.doing.append(key)
        formula = self.formula(data["formula"], key[0], place)
        self.doing.pop()
        if formula is None:
            self.broken.add(key)
            return
        self.definitions[key] = Definition(
            name,
            key[0],
            building.words(data["title"]),
            building.formula_text(data["formula"]),
            formula,
            building.citation(data, data["above"]),
            str(data.get("note", "")),
            place,
        )

    def define_rule(self, key: tuple[str, str]) -> None:
        """The outcome of a rule as a named yes or no."""
        if key in self.definitions or key in self.broken:
            return
        entity, name = key
        document = self.rule_documents[name]
        found = self.rule_once(document)
        formula = None if found is None else outcome_of(found.root)
        if found is None or formula is None:
            self.broken.add(key)
            return
        place = document.place("id")
        self.definitions[key] = Definition(name, entity, found.title, "", formula, found.citation, "", place)

    def rule_once(self, document: Document) -> Rule | None:
        """The rule of a document, read once however often it is named."""
        name, entity = document.data["id"], document.data["entity"]
        if self.rule_documents[name] is not document:
            return self.rule(document)
        if name not in self.rules:
            self.doing.append((entity, name))
            self.rules[name] = self.rule(document)
            self.doing.pop()
        return self.rules[name]

    def rule(self, document: Document) -> Rule | None:
        data = document.data
        if data["entity"] not in self.entities:
            self.report(
                document.place("entity"),
                "entity-unknown",
                f'there is no "{data["entity"]}"',
                did_you_mean(data["entity"], self.entities),
            )
            return None
        kind = next(iter(data["clauses"]))
        cited = building.citation(data, {})
        parts = self.parts(document, ("clauses", kind), data["clauses"][kind], data["entity"], data)
        root = Clause(data["id"], kind, building.words(data["title"]), cited, parts, place=document.place("clauses"))
        return Rule(data["id"], data["entity"], building.words(data["title"]), cited, root, document.place("id"))

    def parts(
        self, document: Document, path: Path_, clauses: list[dict[str, Any]], entity: str, above: dict[str, Any]
    ) -> tuple[Clause, ...]:
        return tuple(self.clause(document, (*path, index), each, entity, above) for index, each in enumerate(clauses))

    def clause(
        self, document: Document, path: Path_, data: dict[str, Any], entity: str, above: dict[str, Any]
    ) -> Clause:
        place = document.place(*path, "id")
        said = [key for key in (*GROUPS, "formula", "not_coded") if key in data]
        if len(said) != 1:
            self.report(
                place,
                "clause-empty",
                f"clause {data['id']} says {' and '.join(said) or 'nothing'}",
                "say one of formula, all_of, any_of, none_of, not_coded",
            )
        kind = said[0] if said else "not_coded"
        cited = building.citation(data, above)
        common: dict[str, Any] = {
            "id": str(data["id"]),
            "kind": kind,
            "title": building.words(data["title"]),
            "citation": cited,
            "note": str(data.get("note", "")),
            "place": place,
        }
        if kind in GROUPS:
            inherited = {"instrument": cited.instrument, "provision": cited.provision, "source": cited.source}
            return Clause(**common, parts=self.parts(document, (*path, kind), data[kind], entity, inherited))
        if kind == "not_coded":
            return Clause(**common, reason=building.words(data["not_coded"]) if said else None)
        spot = document.place(*path, "formula")
        found = self.formula(data["formula"], entity, spot)
        if found is not None and not isinstance(found.type, typed.YesNo):
            self.report(
                spot, "type-wrong", f"a clause is yes or no, and this is {found.type}", "compare it with something"
            )
        return Clause(
            **common, text=building.formula_text(data["formula"]), formula=found, unknown=data.get("unknown", "asks")
        )

    def programme(self, document: Document, rules: dict[str, Rule]) -> Programme | None:
        data = document.data
        unit = data["unit"]
        if unit not in self.entities:
            self.report(
                document.place("unit"), "entity-unknown", f'there is no "{unit}"', did_you_mean(unit, self.entities)
            )
            return None
        if data["rule"] not in rules:
            self.report(
                document.place("rule"),
                "rule-unknown",
                f'there is no rule "{data["rule"]}"',
                did_you_mean(data["rule"], rules),
            )
            return None
        if rules[data["rule"]].entity != unit:
            self.report(
                document.place("unit"),
                "unit-wrong",
                f"the programme is for a {unit}, its rule for a {rules[data['rule']].entity}",
            )
        amount = self.formula(data["amount"]["formula"], unit, document.place("amount", "formula"))
        category = None
        if "category" in data:
            category = self.formula(data["category"], unit, document.place("category"))
        for index, name in enumerate(data.get("results", ())):
            if name not in self.names.of_entity(unit):
                self.report(
                    document.place("results", index),
                    "name-unknown",
                    f'nothing is called "{name}" for a {unit}',
                    did_you_mean(name, self.names.of_entity(unit)),
                )
            elif name in rules and (unit, name) not in self.raw and name not in self.entities[unit].fields:
                self.define_rule((unit, name))
        if amount is None:
            return None
        return Programme(
            id=data["id"],
            unit=unit,
            title=building.words(data["title"]),
            short=building.words(data["short"]),
            rule=data["rule"],
            amount_text=building.formula_text(data["amount"]["formula"]),
            amount=amount,
            amount_citation=building.citation(data["amount"], {}),
            amount_title=building.words(data["amount"]["title"]),
            cycle=data["cycle"],
            appeal=building.words(data["appeal"]),
            category_text=building.formula_text(data.get("category", "")),
            category=category,
            categories={name: building.words(each) for name, each in data.get("categories", {}).items()},
            results=tuple(data.get("results", ())),
            amount_unknown=data.get("amount_unknown", "asks"),
            valid_from=data.get("from"),
            valid_to=data.get("to"),
            note=building.words(data["note"]) if "note" in data else None,
            paid_by=building.payers(document, self.report),
            quota=building.quota(document, self.parameters, self.report),
            place=document.place("id"),
        )

    def cases(self, document: Document, programmes: dict[str, Programme]) -> list[Case]:
        data = document.data
        if data["programme"] not in programmes:
            self.report(
                document.place("programme"),
                "programme-unknown",
                f'there is no programme "{data["programme"]}"',
                did_you_mean(data["programme"], programmes),
            )
            return []
        found: list[Case] = []
        for index, case in enumerate(data["cases"]):
            facts = {table: tuple(rows) for table, rows in case["facts"].items()}
            expect = tuple(
                self.expectation(document, ("cases", index, "expect", number), each)
                for number, each in enumerate(case["expect"])
            )
            found.append(
                Case(
                    case["id"],
                    data["programme"],
                    case["title"],
                    case["at"],
                    case.get("known_at"),
                    facts,
                    expect,
                    document.place("cases", index, "id"),
                )
            )
        return found

    def expectation(self, document: Document, path: Path_, data: dict[str, Any]) -> Expectation:
        amount = data.get("amount")
        worked_out = None
        if amount is not None:
            try:
                worked_out = exact_sum(str(amount))
            except Mistake as mistake:
                self.problems.append(mistake.at(document.place(*path, "amount"), str(amount)))
        results = {
            name: Fraction(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
            for name, value in data.get("results", {}).items()
        }
        return Expectation(
            data["unit"],
            data["eligible"],
            "" if amount is None else str(amount),
            worked_out,
            data.get("category"),
            data.get("deciding"),
            results,
        )


class _Broken(Mistake):
    """A formula that leans on a broken one: reported there, not here again."""

    def __init__(self) -> None:
        super().__init__("broken", "leans on a broken definition")
