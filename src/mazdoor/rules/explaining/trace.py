"""The longest length: everything an auditor needs to follow a result and to repeat it, as text and as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from mazdoor.rules.explaining.phrases import TRACE
from mazdoor.rules.explaining.saying import Line
from mazdoor.rules.explaining.shown import ClauseShown, LawShown, ParameterShown, ValueShown
from mazdoor.rules.explaining.tree import exact_text
from mazdoor.rules.explaining.ways import Change, ForClause, OneOf, Together, Way
from mazdoor.rules.wording import HEADINGS, MARKS, OUTCOMES, day_words, isolated, listed

_INDENT: Final = "  "


def clause_lines(clause: ClauseShown, lang: str, depth: int = 0) -> Iterator[str]:
    """A clause and everything below it, with all that was read and looked up for it."""
    here, inside = _INDENT * depth, _INDENT * (depth + 1)
    star = f" ◄ {_say('decided', lang)}" if clause.decided else ""
    yield (
        f"{here}{isolated(clause.id, lang)}  {clause.title}: {OUTCOMES[clause.outcome].in_language(lang)}"
        f" · {law_words(clause.law, lang)}{star}"
    )
    if clause.reason:
        yield f"{inside}{clause.reason}"
    if clause.answer == "U" and clause.unknown in ("excludes", "admits"):
        yield f"{inside}{_say('counts_as', lang).format(how=_say(clause.unknown, lang))}"
    for value in clause.values:
        yield inside + value_line(value, lang)
    if clause.needs:
        yield f"{inside}→ {clause.needs}"
    for parameter in clause.parameters:
        yield f"{inside}{_say('parameter', lang)}: {parameter_words(parameter, lang)}"
    for working in clause.workings:
        yield f"{inside}{_say('worked_out', lang)}: {working.title} = {working.value} · {law_words(working.law, lang)}"
    for fact in clause.facts:
        whose = isolated(f"{fact.entity} {fact.key}", lang)
        yield f"{inside}{_say('facts', lang)}: {fact.title} = {fact.value} ({whose})"
    for part in clause.parts:
        yield from clause_lines(part, lang, depth + 1)


def value_line(value: ValueShown, lang: str) -> str:
    """A value, and the threshold it was held against."""
    against = f" ({HEADINGS['threshold'].in_language(lang)} {value.threshold})" if value.threshold else ""
    return f"{value.name}: {value.value}{against}"


def law_words(law: LawShown, lang: str) -> str:
    """Where it is written, with the mark that says how far it was verified."""
    mark = MARKS.get(law.verified)
    return law.text + (f" [{mark.in_language(lang)}]" if mark is not None else "")


def parameter_words(parameter: ParameterShown, lang: str) -> str:
    """A value of the law with its spell, provision and mark."""
    spell = _say("in_force_to" if parameter.valid_to else "in_force", lang).format(
        start=day_words(parameter.valid_from, lang),
        end=day_words(parameter.valid_to, lang) if parameter.valid_to else "",
    )
    known = (
        _say("known_from", lang).format(start=day_words(parameter.known_from, lang))
        if parameter.known_from != parameter.valid_from
        else ""
    )
    key = f" ({isolated(', '.join(parameter.key), lang)})" if parameter.key else ""
    dated = listed([spell, known], lang)
    return f"{parameter.title}{key} = {parameter.value} · {dated} · {law_words(parameter.law, lang)}"


def clause_record(clause: ClauseShown) -> dict[str, Any]:
    """A clause and everything below it, as plain values for JSON."""
    found: dict[str, Any] = _plain(asdict(clause))
    found["parts"] = [clause_record(part) for part in clause.parts]
    return found


def way_record(way: Way | None) -> Any:
    """What would have to change, as plain values for JSON."""
    match way:
        case None:
            return None
        case Together(parts=parts):
            return {"all_of": [way_record(part) for part in parts]}
        case OneOf(parts=parts):
            return {"one_of": [way_record(part) for part in parts]}
        case ForClause(clause=clause, wanted=wanted, way=inner, tried=tried):
            return {"clause": clause, "must_be": wanted, "tried": tried, "change": way_record(inner)}
        case Change():
            return {
                "kind": way.kind.value,
                "entity": way.spot.entity,
                "row": way.spot.key,
                "value": way.spot.name,
                "now": exact_text(way.now),
                "sign": way.sign,
                "threshold": exact_text(way.threshold),
                "needed": exact_text(way.needed),
                "unit": exact_text(way.step) if way.step else "",
            }


def line_record(lines: list[Line]) -> list[dict[str, Any]]:
    """The same in words."""
    return [asdict(line) for line in lines]


def moment_words(moment: datetime | date | None, lang: str) -> str:
    """By when something had to be known: a moment exactly, or all that is known."""
    if moment is None:
        return _say("all_known", lang)
    return isolated(moment.isoformat(), lang) if isinstance(moment, datetime) else day_words(moment, lang)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != "parts"}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _say(key: str, lang: str) -> str:
    return TRACE[key].in_language(lang)
