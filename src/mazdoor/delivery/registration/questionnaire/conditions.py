"""Conditions of the questionnaire: asked of a form in Python, and written for XForms and for SQL, with one meaning.

An unanswered question makes every comparison false, but ``answered: false`` true. A question that takes several answers
"is one of" where any of its answers is, and "is not one of" where it is answered and none is. Yes and no compare as the
codes ``yes`` and ``no``; money compares in rupees. There is no third value: a condition holds or it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from mazdoor.delivery.registration.questionnaire.model import AnswerType, Condition, Question, Section

NUMBERS: Final = (AnswerType.WHOLE, AnswerType.MONEY, AnswerType.DECIMAL)
CODED: Final = (AnswerType.CHOICE, AnswerType.CHOICES, AnswerType.YES_NO)

PAISA: Final = 100


def find_asked(name: str, seen: Sequence[Section]) -> tuple[int, Question] | None:
    """The question a condition names, seen from the sections ``seen`` (outermost first), and how deep it stands."""
    for depth in range(len(seen) - 1, -1, -1):
        for question in seen[depth].questions:
            if question.name == name:
                return depth, question
    return None


def holds(condition: Condition, seen: Sequence[Section], answers: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a condition holds of typed answers; ``answers[i]`` are those given in section ``seen[i]``."""
    if condition.all_of:
        return all(holds(each, seen, answers) for each in condition.all_of)
    if condition.any_of:
        return any(holds(each, seen, answers) for each in condition.any_of)
    if condition.none_of:
        return not any(holds(each, seen, answers) for each in condition.none_of)
    found = find_asked(condition.question, seen)
    if found is None:
        raise KeyError(condition.question)
    depth, question = found
    value = answers[depth].get(question.name)
    there = not (value is None or value == "" or value == [])
    if condition.answered is not None:
        return there == condition.answered
    if not there:
        return False
    if condition.is_one_of or condition.is_not_one_of:
        given = _codes(value)
        if condition.is_one_of:
            return any(code in condition.is_one_of for code in given)
        return not any(code in condition.is_not_one_of for code in given)
    number = Decimal(str(value)) / PAISA if question.type is AnswerType.MONEY else Decimal(str(value))
    if condition.at_least is not None:
        return number >= condition.at_least
    return number <= _bound(condition)


def to_xpath(condition: Condition, seen: Sequence[Section], refer: Callable[[str], str]) -> str:
    """The condition as an XPath expression for XForms; ``refer(name)`` writes the reference to a question's node."""
    if condition.all_of:
        return "(" + " and ".join(to_xpath(each, seen, refer) for each in condition.all_of) + ")"
    if condition.any_of:
        return "(" + " or ".join(to_xpath(each, seen, refer) for each in condition.any_of) + ")"
    if condition.none_of:
        return "not(" + " or ".join(to_xpath(each, seen, refer) for each in condition.none_of) + ")"
    found = find_asked(condition.question, seen)
    if found is None:
        raise KeyError(condition.question)
    _, question = found
    node = refer(condition.question)
    if condition.answered is not None:
        return f"{node} != ''" if condition.answered else f"{node} = ''"
    codes = condition.is_one_of or condition.is_not_one_of
    if codes:
        several = question.type is AnswerType.CHOICES
        tests = [f"selected({node}, '{code}')" if several else f"{node} = '{code}'" for code in codes]
        joined = "(" + " or ".join(tests) + ")"
        return joined if condition.is_one_of else f"({node} != '' and not{joined})"
    if condition.at_least is not None:
        return f"({node} != '' and number({node}) >= {condition.at_least})"
    return f"({node} != '' and number({node}) <= {_bound(condition)})"


def to_sql(condition: Condition, seen: Sequence[Section], column: Callable[[int, str], str]) -> str:
    """The condition as a DuckDB expression that is never null, over columns of text as a file holds them.

    ``column(depth, name)`` writes the (quoted) column of a question that stands in section ``seen[depth]``. Codes are text,
    several codes have spaces between, money is in rupees, yes and no are the words; empty text counts as unanswered.
    """
    if condition.all_of:
        return "(" + " AND ".join(to_sql(each, seen, column) for each in condition.all_of) + ")"
    if condition.any_of:
        return "(" + " OR ".join(to_sql(each, seen, column) for each in condition.any_of) + ")"
    if condition.none_of:
        return "NOT (" + " OR ".join(to_sql(each, seen, column) for each in condition.none_of) + ")"
    found = find_asked(condition.question, seen)
    if found is None:
        raise KeyError(condition.question)
    depth, question = found
    written = f"coalesce({column(depth, condition.question)}, '')"
    if condition.answered is not None:
        return f"({written} <> '')" if condition.answered else f"({written} = '')"
    codes = condition.is_one_of or condition.is_not_one_of
    if codes:
        listed = ", ".join(f"'{code}'" for code in codes)
        if question.type is AnswerType.CHOICES:
            test = f"list_has_any(string_split({written}, ' '), [{listed}])"
        else:
            test = f"({written} IN ({listed}))"
        return test if condition.is_one_of else f"({written} <> '' AND NOT {test})"
    sign, bound = (">=", condition.at_least) if condition.at_least is not None else ("<=", _bound(condition))
    return f"coalesce(TRY_CAST({written} AS DECIMAL(18, 2)) {sign} {bound}, false)"


def names_of(condition: Condition) -> Iterator[str]:
    """Every question a condition asks of."""
    if condition.question:
        yield condition.question
    for each in (*condition.all_of, *condition.any_of, *condition.none_of):
        yield from names_of(each)


def mistakes_of(condition: Condition, seen: Sequence[Section]) -> Iterator[str]:
    """What is wrong with a condition: a question nobody asks, an answer not on its list, a number of what is none."""
    for each in (*condition.all_of, *condition.any_of, *condition.none_of):
        yield from mistakes_of(each, seen)
    if not condition.question:
        return
    found = find_asked(condition.question, seen)
    if found is None:
        yield f'no question "{condition.question}" in this section or around it'
        return
    _, question = found
    codes = condition.is_one_of + condition.is_not_one_of
    if codes:
        known = ("yes", "no") if question.type is AnswerType.YES_NO else tuple(c.code for c in question.choices)
        if question.type not in CODED:
            yield f'"{question.name}" has no listed answers'
        yield from (f'"{code}" is no answer to "{question.name}"' for code in codes if code not in known and known)
    if (condition.at_least is not None or condition.at_most is not None) and question.type not in NUMBERS:
        yield f'"{question.name}" is not a number'


def _codes(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(str(each) for each in value)
    return (str(value),)


def _bound(condition: Condition) -> int:
    if condition.at_most is None:
        raise ValueError("a condition that compares nothing")
    return condition.at_most
