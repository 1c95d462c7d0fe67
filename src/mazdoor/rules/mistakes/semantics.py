"""What is wrong with a policy although each part of it can be read: the checks across parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

from mazdoor.kernel.numbers import MONEY_SCALE
from mazdoor.rules.facts import FactsError, canonical
from mazdoor.rules.language import typed
from mazdoor.rules.model import Case, Clause, Entity, PolicySet, Programme, Rule
from mazdoor.rules.problems import Place, Problem, did_you_mean
from mazdoor.rules.wording import HEADINGS, MOST_SEGMENTS, OUTCOMES, segments

_MONEY_DIGITS_OUT = 18


def check(policy_set: PolicySet) -> list[Problem]:
    """Every problem across the parts of ``policy_set``."""
    return [
        *_instruments(policy_set),
        *(problem for rule in policy_set.rules.values() for problem in _rule(policy_set, rule)),
        *(problem for programme in policy_set.programmes.values() for problem in _programme(policy_set, programme)),
        *(problem for programme in policy_set.programmes.values() for problem in _messages(policy_set, programme)),
        *_cases(policy_set),
    ]


def _problem(place: Place, code: str, message: str, repair: str = "") -> Problem:
    return Problem(place.file, place.line, place.column, code, message, repair)


def _instruments(policy_set: PolicySet) -> Iterator[Problem]:
    """Whatever is cited exists."""
    cited: list[tuple[Place, str]] = []
    for parameter in policy_set.parameters.values():
        cited.extend((parameter.place, value.citation.instrument) for value in parameter.values)
    cited.extend((each.place, each.citation.instrument) for each in policy_set.definitions.values())
    for rule in policy_set.rules.values():
        cited.extend((each.place, each.citation.instrument) for each in rule.root.everything())
    cited.extend((each.place, each.amount_citation.instrument) for each in policy_set.programmes.values())
    for place, name in cited:
        if name and name not in policy_set.instruments:
            yield _problem(
                place,
                "instrument-unknown",
                f'there is no instrument "{name}"',
                did_you_mean(name, policy_set.instruments),
            )


def _rule(policy_set: PolicySet, rule: Rule) -> Iterator[Problem]:
    seen: set[str] = set()
    for clause in rule.root.everything():
        if clause.id in seen:
            yield _problem(
                clause.place, "clause-twice", f'two clauses are numbered "{clause.id}"', "number them as in the source"
            )
        seen.add(clause.id)
        if any(sign in clause.id for sign in ", |"):
            yield _problem(
                clause.place, "value-malformed", f'"{clause.id}" holds a space or a comma', "number it as in the source"
            )
        if clause is not rule.root and not clause.citation.provision:
            yield _problem(
                clause.place, "provision-missing", f"clause {clause.id} cites no provision", "add provision:"
            )
        if clause.kind == "formula" and not clause.citation.verified:
            yield _problem(
                clause.place,
                "verified-missing",
                f"clause {clause.id} does not say how far it was verified",
                "add verified: yes, partial, secondary, …",
            )
        yield from _reach(clause)
    if not any(True for _ in rule.root.leaves()):
        yield _problem(rule.place, "clause-empty", "no clause of the rule has a formula", "a rule decides something")


def _reach(clause: Clause) -> Iterator[Problem]:
    """A clause that is always or never met hides what stands beside it."""
    for index, part in enumerate(clause.parts):
        if isinstance(part.formula, typed.Literal) and part.kind == "formula":
            met = part.formula.value is True
            later = len(clause.parts) - index - 1
            if clause.kind == "any_of" and met and later:
                yield _problem(
                    clause.parts[index + 1].place,
                    "clause-unreachable",
                    f"no clause after {part.id} is ever reached: it is always met",
                )
            if (clause.kind == "all_of" and not met) or (clause.kind == "none_of" and met):
                yield _problem(part.place, "clause-unreachable", f"clause {part.id} can never be met, so nobody passes")


def _programme(policy_set: PolicySet, programme: Programme) -> Iterator[Problem]:
    if (
        programme.valid_from is not None
        and programme.valid_to is not None
        and programme.valid_to <= programme.valid_from
    ):
        yield _problem(
            programme.place,
            "dates-reversed",
            "the programme ends before it begins",
            "to: is the first day it no longer runs",
        )
    kind = programme.amount.type
    if not isinstance(kind, typed.Number) or not kind.unit.currency:
        yield _problem(
            programme.place,
            "unit-mismatch",
            f"the amount of a programme is money, and this is {kind}",
            "multiply by what it is per, for example 1 month",
        )
    elif kind.shape.scale > MONEY_SCALE:
        yield _problem(
            programme.place,
            "rounding-missing",
            f"the amount has {kind.shape.scale} decimal places; money has 2",
            "write rounded(…, 2, half_up)",
        )
    elif kind.shape.at_scale(MONEY_SCALE).digits > _MONEY_DIGITS_OUT:
        yield _problem(
            programme.place,
            "number-too-large",
            f"the amount may have {kind.shape.digits} digits; an amount paid has at most {_MONEY_DIGITS_OUT}",
            "cap it: min(…, Rs 1_000_000)",
        )
    if not programme.amount_citation.provision:
        yield _problem(programme.place, "provision-missing", "the amount cites no provision", "add provision:")
    if programme.category is not None and not isinstance(programme.category.type, typed.Text):
        yield _problem(programme.place, "type-wrong", f"a category is a code, and this is {programme.category.type}")
    if programme.category is not None:
        for node in typed.walk(programme.category):
            if isinstance(node, typed.Chosen):
                for branch in (node.yes, node.no):
                    if isinstance(branch, typed.Literal) and branch.value not in programme.categories:
                        yield _problem(
                            programme.place,
                            "category-unknown",
                            f'the category "{branch.value}" has no title',
                            did_you_mean(str(branch.value), programme.categories) or "add it under categories:",
                        )


def _messages(policy_set: PolicySet, programme: Programme) -> Iterator[Problem]:
    """Outcome, reason and appeal fit into one text message, in both languages, whichever clause decides."""
    for clause in policy_set.rules[programme.rule].root.everything():
        for lang in ("en", "ur"):
            for outcome, why in (("no", "why_not_met"), ("no", "why_met"), ("unknown", "why_unknown")):
                sentence = (
                    HEADINGS[outcome].in_language(lang).format(programme=programme.short.in_language(lang), amount="")
                )
                reason = f"{OUTCOMES[why].in_language(lang)} {clause.title.in_language(lang)}."
                took = segments(f"{sentence} {reason} {programme.appeal.in_language(lang)}")
                if took > MOST_SEGMENTS:
                    yield _problem(
                        clause.place,
                        "message-too-long",
                        f"a text message with clause {clause.id} takes {took} segments in {lang}, at most "
                        f"{MOST_SEGMENTS}",
                        "shorten the title of the clause, or how to appeal",
                    )
                    break


def _one_of(what: str, word: str, known: Collection[str]) -> str:
    """The near word, or all there are."""
    return did_you_mean(word, known) or f"{what} are {', '.join(sorted(known))}"


def _rows(policy_set: PolicySet, case: Case, programme: Programme) -> tuple[Mapping[str, object], ...]:
    """The units among the facts of a case."""
    return case.facts.get(policy_set.entities[programme.unit].table, ())


def _facts(
    policy_set: PolicySet, case: Case, entity: Entity, rows: Sequence[Mapping[str, object]]
) -> Iterator[Problem]:
    """Facts of a case that their column cannot hold."""
    known = {entity.key, *entity.fields}
    for number, row in enumerate(rows, start=1):
        kept = {name: value for name, value in row.items() if name in known}
        try:
            found = canonical(policy_set, {entity.table: [kept]})[entity.table][0]
        except FactsError as error:
            yield _problem(
                case.place,
                "fact-malformed",
                str(error).replace("row 1", f"row {number}", 1),
                "write it as its column in the vocabulary says",
            )
            continue
        for name, value in found.items():
            field = entity.fields.get(name)
            if field is None or value is None:
                continue
            if isinstance(field.type, typed.Text) and field.type.one_of and value not in field.type.one_of:
                yield _problem(
                    case.place,
                    "code-unknown",
                    f'{entity.table}, row {number}: "{value}" is not one of the codes of "{name}"',
                    did_you_mean(str(value), field.type.one_of) or "codes are " + ", ".join(field.type.one_of[:12]),
                )
            if isinstance(field.type, typed.Number):
                exact = Fraction(value) / (100 if field.money else 1)
                if not field.type.shape.holds(exact):
                    yield _problem(
                        case.place,
                        "fact-malformed",
                        f'{entity.table}, row {number}: "{name}" is too large or too fine for its column',
                        "correct it, or widen digits: and scale: in the vocabulary",
                    )


def _cases(policy_set: PolicySet) -> Iterator[Problem]:
    tables = {entity.table: entity for entity in policy_set.entities.values()}
    seen: set[tuple[str, str]] = set()
    for case in policy_set.cases:
        if (case.programme, case.id) in seen:
            yield _problem(case.place, "name-twice", f'two cases are called "{case.id}"', "rename one of them")
        seen.add((case.programme, case.id))
        for table, rows in case.facts.items():
            if table not in tables:
                yield _problem(
                    case.place, "table-unknown", f'there is no table "{table}"', _one_of("tables", table, tables)
                )
                continue
            known = {tables[table].key, *tables[table].fields}
            for name in sorted({name for row in rows for name in row} - known):
                yield _problem(
                    case.place, "column-unknown", f'{table} has no column "{name}"', did_you_mean(name, known)
                )
            yield from _facts(policy_set, case, tables[table], rows)
        programme = policy_set.programmes[case.programme]
        units = {str(row.get(policy_set.entities[programme.unit].key)) for row in _rows(policy_set, case, programme)}
        for each in case.expect:
            if each.category is not None and each.category not in programme.categories:
                yield _problem(
                    case.place,
                    "category-unknown",
                    f'there is no category "{each.category}"',
                    did_you_mean(each.category, programme.categories),
                )
            if each.unit not in units:
                yield _problem(
                    case.place,
                    "case-unit-unknown",
                    f'the facts hold no {programme.unit} "{each.unit}"',
                    did_you_mean(each.unit, units),
                )
            for name in each.results:
                if name not in programme.results:
                    yield _problem(
                        case.place,
                        "result-unknown",
                        f'"{name}" is not among the results of {programme.id}',
                        did_you_mean(name, programme.results) or "add it under results: of the programme",
                    )
            clauses = {clause.id for clause in policy_set.rules[programme.rule].root.everything()} | {"amount"}
            if each.deciding is not None and each.deciding not in clauses:
                yield _problem(
                    case.place,
                    "clause-unknown",
                    f'there is no clause "{each.deciding}"',
                    _one_of("clauses", each.deciding, clauses),
                )
