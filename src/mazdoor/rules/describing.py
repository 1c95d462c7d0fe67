"""The programme card in words: the rule clause by clause, with provisions, verification and the values in force."""

from __future__ import annotations

from datetime import date
from typing import Final

from mazdoor.kernel.refusals import Words
from mazdoor.rules.explaining.tree import law_shown
from mazdoor.rules.model import Clause, DatedValue, PolicySet
from mazdoor.rules.reach import reach_of
from mazdoor.rules.wording import MARKS, day_words, isolated, provision_words, value_words

_ALL: Final = {
    "all_of": Words("all of these hold:", "یہ سب شرائط پوری ہوں:"),
    "any_of": Words("at least one of these holds:", "ان میں سے کم از کم ایک پوری ہو:"),
    "none_of": Words("none of these holds:", "ان میں سے کوئی بھی لاگو نہ ہو:"),
}
_UNIT: Final = Words("For each", "ہر")
_NOT_CODED: Final = Words("not decided here:", "یہاں طے نہیں ہوتا:")
_AMOUNT: Final = Words("Amount:", "رقم:")
_VALUES: Final = Words("Values in force on", "نافذ مقداریں بتاریخ")
_APPEAL: Final = Words("How to appeal:", "اپیل کا طریقہ:")


def describe(policy_set: PolicySet, programme: str, lang: str = "en", *, at: date | None = None) -> str:
    """The rule of ``programme`` in words, English or Urdu, with provisions; with ``at``, the values in force on that day.

    Raises ``KeyError`` for an unknown programme.
    """
    chosen = policy_set.programmes[programme]
    unit = policy_set.entities[chosen.unit].title.in_language(lang)
    root = policy_set.rules[chosen.rule].root
    lines = [chosen.title.in_language(lang), f"{_UNIT.in_language(lang)} {unit}: {_ALL[root.kind].in_language(lang)}"]
    for part in root.parts:
        lines.extend(_clause(policy_set, part, lang, 1))
    cited = law_shown(policy_set, chosen.amount_citation, lang).text
    lines.append(f"{_AMOUNT.in_language(lang)} {chosen.amount_title.in_language(lang)}{f' ({cited})' if cited else ''}")
    if at is not None:
        lines.append(f"{_VALUES.in_language(lang)} {day_words(at, lang)}:")
        lines.extend(f"  - {line}" for line in _values(policy_set, programme, lang, at))
    lines.append(f"{_APPEAL.in_language(lang)} {chosen.appeal.in_language(lang)}")
    return "\n".join(lines)


def _clause(policy_set: PolicySet, clause: Clause, lang: str, depth: int) -> list[str]:
    cited = law_shown(policy_set, clause.citation, lang)
    mark = MARKS.get(cited.verified)
    verified = mark.in_language(lang) if mark is not None and cited.verified != "yes" else ""
    source = ("؛ " if lang.startswith("ur") else "; ").join(part for part in (cited.text, verified) if part)
    line = (
        f"{'  ' * depth}{isolated(clause.id, lang)}  {clause.title.in_language(lang)}{f' ({source})' if source else ''}"
    )
    if clause.kind == "not_coded" and clause.reason is not None:
        return [f"{line} · {_NOT_CODED.in_language(lang)} {clause.reason.in_language(lang)}"]
    if clause.kind in _ALL:
        line += f": {_ALL[clause.kind].in_language(lang)}"
    return [line, *(each for part in clause.parts for each in _clause(policy_set, part, lang, depth + 1))]


def _values(policy_set: PolicySet, programme: str, lang: str, at: date) -> list[str]:
    found: list[str] = []
    for name in sorted(reach_of(policy_set, policy_set.programmes[programme]).parameters):
        parameter = policy_set.parameters[name]
        for key in sorted({each.key for each in parameter.values}):
            value: DatedValue | None = parameter.find(at, None, key)
            if value is None:
                continue
            mark = MARKS.get(value.citation.verified)
            verified = f" [{mark.in_language(lang)}]" if mark is not None and value.citation.verified != "yes" else ""
            place = f" ({isolated(', '.join(key), lang)})" if key else ""
            found.append(
                f"{parameter.title.in_language(lang)}{place}: "
                f"{value_words(value.value, parameter.type, lang)} · {provision_words(value.citation.provision, lang)}{verified}"
            )
    return found
