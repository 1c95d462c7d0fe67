"""What is wrong with a policy although each part of it can be read: the checks across parts."""

from __future__ import annotations

from collections.abc import Iterator

from mazdoor.kernel.numbers import MONEY_SCALE
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet, Programme, Rule
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


def _cases(policy_set: PolicySet) -> Iterator[Problem]:
    tables = {entity.table: entity for entity in policy_set.entities.values()}
    seen: set[tuple[str, str]] = set()
    for case in policy_set.cases:
        if (case.programme, case.id) in seen:
            yield _problem(case.place, "name-twice", f'two cases are called "{case.id}"', "rename one of them")
        seen.add((case.programme, case.id))
        for table, rows in case.facts.items():
            if table not in tables:
                yield _problem(case.place, "table-unknown", f'there is no table "{table}"', did_you_mean(table, tables))
                continue
            known = {tables[table].key, *tables[table].fields}
            for name in sorted({name for row in rows for name in row} - known):
                yield _problem(
                    case.place, "column-unknown", f'{table} has no column "{name}"', did_you_mean(name, known)
                )
        programme = policy_set.programmes[case.programme]
        for each in case.expect:
            if each.category is not None and each.category not in programme.categories:
                yield _problem(
                    case.place,
                    "category-unknown",
                    f'there is no category "{each.category}"',
                    did_you_mean(each.category, programme.categories),
                )
            clauses = {clause.id for clause in policy_set.rules[programme.rule].root.everything()} | {"amount"}
            if each.deciding is not None and each.deciding not in clauses:
                yield _problem(
                    case.place,
                    "clause-unknown",
                    f'there is no clause "{each.deciding}"',
                    did_you_mean(each.deciding, clauses),
                )
