"""Why: for one person and one programme, the clauses with values, thresholds, provisions and outcomes, in two languages.

Always from the reference engine, so it agrees with the stored decision or shows that it cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mazdoor.rules.engines.reference import Evaluator, Row
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet, Programme
from mazdoor.rules.results import Result
from mazdoor.rules.wording import HEADINGS, MARKS, OUTCOMES, difference, sms_fits, value_words

_LENGTHS: Final = ("sms", "notice", "trace")


@dataclass(frozen=True, slots=True)
class ValueShown:
    """One value that took part: its name, what it was, and (for a comparison) the threshold it was held against."""

    name: str
    value: str
    threshold: str = ""
    short_by: str = ""


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One clause with its outcome (``met``, ``not_met``, ``unknown``, ``not_coded``) in the chosen language."""

    id: str
    title: str
    outcome: str
    provision: str
    verified: str
    decided: bool
    values: tuple[ValueShown, ...]
    parts: tuple[ClauseShown, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one result: its text in the length asked for, and the tree behind it."""

    programme: str
    language: str
    length: str
    result: Result
    text: str
    tree: ClauseShown


def explain(
    policy_set: PolicySet,
    programme: str,
    facts: Mapping[str, Sequence[Row]],
    *,
    at: date,
    known_at: datetime | date | None = None,
    unit: str | None = None,
    lang: str = "en",
    length: str = "notice",
) -> Explanation:
    """Explain the result of ``unit`` (the only one, where None) in English or Urdu (``lang``), as sms, notice or trace.

    ``facts`` are canonical rows. Raises ``KeyError`` for an unknown programme or unit, ``ValueError``
    for another length, and
    :class:`mazdoor.rules.RunStopped` where it cannot be evaluated.
    """
    if length not in _LENGTHS:
        raise ValueError(f"a length is one of {', '.join(_LENGTHS)}")
    chosen = policy_set.programmes[programme]
    evaluator = Evaluator(policy_set, facts, at=at, known_at=known_at)
    evaluator.check_everything(chosen)
    rows = {str(row[policy_set.entities[chosen.unit].key]): row for row in evaluator.tables[chosen.unit]}
    row = rows[unit] if unit is not None else next(iter(rows.values()))
    result = evaluator.assess(chosen, row)
    root = policy_set.rules[chosen.rule].root
    tree = _shown(policy_set, evaluator, chosen, root, row, result.deciding, lang, for_it=True)
    writer = {"sms": _sms, "notice": _notice, "trace": _trace}[length]
    return Explanation(programme, lang, length, result, writer(policy_set, chosen, result, tree, at, lang), tree)


def _shown(
    policy_set: PolicySet,
    evaluator: Evaluator,
    programme: Programme,
    clause: Clause,
    row: Row,
    deciding: str,
    lang: str,
    *,
    for_it: bool,
) -> ClauseShown:
    below = for_it if clause.kind != "none_of" else not for_it
    parts = tuple(
        _shown(policy_set, evaluator, programme, part, row, deciding, lang, for_it=below) for part in clause.parts
    )
    outcome = "not_coded"
    if clause.kind != "not_coded":
        met = evaluator.met(clause, programme.unit, row, for_it=for_it)
        outcome = {True: "met", False: "not_met", None: "unknown"}[met]
    values = (
        ()
        if clause.formula is None
        else tuple(_values(policy_set, evaluator, programme.unit, clause.formula, row, lang))
    )
    return ClauseShown(
        clause.id,
        clause.title.in_language(lang),
        outcome,
        _provision(policy_set, clause, lang),
        clause.citation.verified,
        clause.id == deciding,
        values,
        parts,
    )


def _provision(policy_set: PolicySet, clause: Clause, lang: str) -> str:
    cited = clause.citation
    short = policy_set.instruments[cited.instrument].short.in_language(lang) if cited.instrument else ""
    return ", ".join(part for part in (short, cited.provision) if part)


def _values(
    policy_set: PolicySet, evaluator: Evaluator, entity: str, node: typed.Expression, row: Row, lang: str
) -> list[ValueShown]:
    """The named values in a formula, comparisons with their thresholds first."""
    if isinstance(node, typed.Compared) and _name(policy_set, entity, node.left, lang):
        left, right = evaluator.value(entity, node.left, row), evaluator.value(entity, node.right, row)
        kind = node.left.type
        return [
            ValueShown(
                _name(policy_set, entity, node.left, lang),
                value_words(left, kind, lang),
                value_words(right, node.right.type, lang),
                difference(node.sign, left, right, kind, lang),
            )
        ]
    if isinstance(node, typed.Gathered):
        many = policy_set.entities[entity].collections[node.collection].title.in_language(lang)
        return [ValueShown(many, value_words(evaluator.value(entity, node, row), node.type, lang))]
    name = _name(policy_set, entity, node, lang)
    if name and not isinstance(node, typed.Dated):
        return [ValueShown(name, value_words(evaluator.value(entity, node, row), node.type, lang))]
    return [each for child in typed.children(node) for each in _values(policy_set, evaluator, entity, child, row, lang)]


def _name(policy_set: PolicySet, entity: str, node: typed.Expression, lang: str) -> str:
    """What a node is called, where it is a fact, a named result or an aggregate."""
    match node:
        case typed.Field(entity=owner, name=name):
            return policy_set.entities[owner].fields[name].title.in_language(lang)
        case typed.Named(entity=owner, name=name):
            return policy_set.definitions[(owner, name)].title.in_language(lang)
        case typed.Gathered(collection=collection):
            return policy_set.entities[entity].collections[collection].title.in_language(lang)
        case typed.RunDate():
            return HEADINGS["date"].in_language(lang)
        case _:
            return ""


def deciding_clause(tree: ClauseShown) -> ClauseShown | None:
    """The clause that decided, or None where it was the amount."""
    if tree.decided:
        return tree
    for part in tree.parts:
        found = deciding_clause(part)
        if found is not None:
            return found
    return None


# --- the three lengths


def _sentence(programme: Programme, result: Result, lang: str) -> str:
    key = "yes" if result.eligible else "unknown" if result.eligible is None else "no"
    amount = "" if result.amount is None else value_words(result.amount, programme.amount.type, lang)
    return HEADINGS[key].in_language(lang).format(programme=programme.short.in_language(lang), amount=amount)


def _sms(policy_set: PolicySet, programme: Programme, result: Result, tree: ClauseShown, at: date, lang: str) -> str:
    """At most three segments: the outcome, the reason with its provision, and how to appeal."""
    parts = [_sentence(programme, result, lang)]
    decided = deciding_clause(tree)
    if result.eligible is not True and decided is not None:
        parts.append(_reason(decided, lang))
    if result.eligible is not True:
        parts.append(programme.appeal.in_language(lang))
    text = " ".join(parts)
    if not sms_fits(text) and decided is not None:
        # The provision stands in the notice; the message must still say why and where to go.
        parts[1] = f"{_why(decided, lang)} {decided.title}{_stop(lang)}"
        text = " ".join(parts)
    return text


def _reason(decided: ClauseShown, lang: str) -> str:
    why = _why(decided, lang)
    short = next((value.short_by for value in decided.values if value.short_by), "")
    inside = ", ".join(part for part in (decided.provision, short) if part)
    return f"{why} {decided.title} ({inside}){_stop(lang)}" if inside else f"{why} {decided.title}{_stop(lang)}"


def _why(decided: ClauseShown, lang: str) -> str:
    """An exclusion that applies is the reason itself; a condition that fails is named as not met."""
    return OUTCOMES[f"why_{decided.outcome}"].in_language(lang)


def _stop(lang: str) -> str:
    return "۔" if lang.startswith("ur") else "."


def _notice(policy_set: PolicySet, programme: Programme, result: Result, tree: ClauseShown, at: date, lang: str) -> str:
    lines = [programme.title.in_language(lang), "", _sentence(programme, result, lang)]
    if result.category and result.category in programme.categories:
        lines.append(
            f"{HEADINGS['category'].in_language(lang)} {programme.categories[result.category].in_language(lang)}"
        )
    lines.append(f"{HEADINGS['date'].in_language(lang)}: {at.isoformat()}")
    decided = deciding_clause(tree)
    if decided is not None and result.eligible is not True:
        lines += ["", _reason(decided, lang)]
        lines += [_value_line(value, lang) for value in decided.values]
        others = [each for each in (*result.failed, *result.unknown) if each != decided.id]
        titles = [clause for each in others for clause in [_find(tree, each)] if clause is not None]
        if titles:
            lines += ["", HEADINGS["also"].in_language(lang)]
            lines += [f"- {clause.title} ({clause.provision})" for clause in titles]
    if result.eligible:
        lines += ["", f"{programme.amount_title.in_language(lang)} ({_amount_provision(policy_set, programme, lang)})"]
    lines += ["", f"{HEADINGS['appeal'].in_language(lang)} {programme.appeal.in_language(lang)}"]
    return "\n".join(lines)


def _amount_provision(policy_set: PolicySet, programme: Programme, lang: str) -> str:
    cited = programme.amount_citation
    short = policy_set.instruments[cited.instrument].short.in_language(lang) if cited.instrument else ""
    return ", ".join(part for part in (short, cited.provision) if part)


def _find(tree: ClauseShown, name: str) -> ClauseShown | None:
    if tree.id == name:
        return tree
    return next((found for part in tree.parts for found in [_find(part, name)] if found is not None), None)


def _value_line(value: ValueShown, lang: str) -> str:
    against = f" ({HEADINGS['threshold'].in_language(lang)} {value.threshold})" if value.threshold else ""
    return f"  {value.name}: {value.value}{against}"


def _trace(policy_set: PolicySet, programme: Programme, result: Result, tree: ClauseShown, at: date, lang: str) -> str:
    lines = [f"{programme.title.in_language(lang)} · {at.isoformat()} · {_sentence(programme, result, lang)}"]

    def write(clause: ClauseShown, indent: int) -> None:
        mark = MARKS.get(clause.verified)
        verified = f" [{mark.in_language(lang)}]" if mark is not None else ""
        star = " ◄" if clause.decided else ""
        lines.append(
            f"{'  ' * indent}{clause.id}  {clause.title}: {OUTCOMES[clause.outcome].in_language(lang)}"
            f" · {clause.provision}{verified}{star}"
        )
        lines.extend("  " * indent + _value_line(value, lang) for value in clause.values)
        for part in clause.parts:
            write(part, indent + 1)

    write(tree, 0)
    named: dict[str, Any] = dict(result.results)
    for name, value in named.items():
        definition = policy_set.definitions.get((programme.unit, name))
        if definition is not None:
            title, kind = definition.title, definition.formula.type
        else:
            field = policy_set.entities[programme.unit].fields[name]
            title, kind = field.title, field.type
        lines.append(f"{title.in_language(lang)}: {value_words(value, kind, lang)}")
    return "\n".join(lines)
