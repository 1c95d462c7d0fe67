"""``docs/law/pakistan.md``: law by law what is coded, what is not verified, what is not coded and why, what to confirm.

Generated from the marks in the policy, so that it is true; only the two lists at its end are written by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from mazdoor.rules import load_policies
from mazdoor.rules.model import Citation, Clause, DatedValue, Instrument, PolicySet

CONFIRM = {
    "partial": "part of it was seen: confirm the rest",
    "secondary": "seen at second hand: give the document",
    "weak": "one weak source: give the document",
    "derived": "worked out here: give the printed figure",
    "computed": "worked out here: give the printed figure",
    "memory": "no document was seen: give one",
    "unresolved": "the sources leave it open: decide",
}
NOT_IN_AT_ALL = (
    (
        "Payment of Wages Act 1936",
        "pay by the 7th or 10th day, the 2nd working day after termination: wage records hold no day of payment",
    ),
    (
        "Workers Welfare Fund Ordinance 1971, s.4(1)",
        "2% of a total income of Rs 500,000 or more: a tax of firms, whose income is not among the facts",
    ),
    (
        "Workmen's Compensation Act 1923, Sch. IV",
        "federal text Rs 200,000 for death; the provinces raised it, their figures were not seen",
    ),
    ("Maternity and Paternity Leave Act 2023, ss.3-4", "leave from an employer, not a payment of a programme"),
    ("Bonded Labour System (Abolition) Act 1992", "an offence and its penalty, nothing to assess"),
    ("Disabled Persons Ordinance 1981, s.10", "a duty of establishments to employ 1%: no rule about one person"),
    ("Coal Mines (Fixation of Rates of Wages) Ordinance 1960", "not seen"),
)
NOT_FOUND = (
    "weights of the poverty scorecard (never published; see the declared synthetic one)",
    "the official report on Emergency Cash, its printed quotas, and the order within them",
    "Punjab's social security wage limit after 2017, Islamabad's at any time, and the notified rates of all benefits",
    "the texts of the Sindh, Khyber Pakhtunkhwa and Balochistan social security acts",
    "the full texts of the domestic and home-based workers acts of the provinces",
    "the regulations of the Employees' Old-Age Benefits Institution (only the Act was read)",
    "minimum wages of the provinces for 2026-27; schedules of skilled classes other than Sindh's",
    "the Labour Force Survey's own wording of the informal sector",
)


@dataclass
class Law:
    """What the policy holds under one instrument."""

    coded: list[Clause] = field(default_factory=list)
    not_coded: list[Clause] = field(default_factory=list)
    open: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """What is not verified: what, value, provision, mark, note."""
    values: int = 0
    verified: int = 0
    programmes: list[str] = field(default_factory=list)


def law_page() -> str:
    """The page."""
    policies = load_policies()
    laws = _gather(policies)
    lines = [
        "# Pakistan's law here: what is coded, and what is not\n",
        "Law by law: what runs, what was not verified, what is not coded and why. The last column of each table says what the",
        "ministry or institution that issues the law would have to confirm. Every value with its source is in",
        "[values.md](values.md). On screen each clause and value carries the same mark.\n",
        "| law | status | programmes | clauses coded | not coded | values | of these verified |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    for name, law in laws.items():
        instrument = policies.instruments[name]
        lines.append(
            f"| [{instrument.title.en}](#{name.replace('_', '-')}) | {instrument.status.replace('_', ' ')} | "
            f"{', '.join(law.programmes)} | {len(law.coded)} | {len(law.not_coded)} | {law.values} | {law.verified} |"
        )
    for name, law in laws.items():
        lines += ["", *_section(name, policies.instruments[name], law)]
    lines += ["", "## Known of and not coded at all\n", "| law | why |", "|---|---|"]
    lines += [f"| {law} | {why} |" for law, why in NOT_IN_AT_ALL]
    lines += ["", "## Looked for and not found\n", *(f"- {each}" for each in NOT_FOUND)]
    return "\n".join(lines)


def _section(name: str, instrument: Instrument, law: Law) -> Iterator[str]:
    yield f'<a id="{name.replace("_", "-")}"></a>\n'
    yield f"## {instrument.title.en}\n"
    number = f" ({instrument.number})" if instrument.number else ""
    yield f'<span dir="rtl" lang="ur">{instrument.title.ur}</span>{number}. {instrument.note}'.rstrip(" .") + ".\n"
    if law.coded:
        yield "Coded: " + "; ".join(f"{each.title.en} [{each.citation.provision}]" for each in law.coded) + ".\n"
    if law.open:
        yield from ("| not verified | value | provision | mark | to confirm |", "|---|---|---|---|---|")
        for what, value, provision, mark, note in law.open:
            said = f"{CONFIRM[mark]}. {note}".rstrip(". ")
            yield "| " + " | ".join(_cell(each) for each in (what, value, provision, mark, said)) + " |"
        yield ""
    if law.not_coded:
        yield from ("| not coded | provision | why |", "|---|---|---|")
        for clause in law.not_coded:
            why = clause.reason.en if clause.reason else ""
            yield f"| {_cell(clause.title.en)} | {_cell(clause.citation.provision)} | {_cell(why)} |"
        yield ""
    if not law.open and not law.not_coded:
        yield "Nothing is open.\n"


def _gather(policies: PolicySet) -> dict[str, Law]:
    laws: dict[str, Law] = defaultdict(Law)
    for rule in policies.rules.values():
        for clause in rule.root.everything():
            law = laws[clause.citation.instrument]
            if clause.kind == "not_coded":
                if all(
                    (each.citation.provision, each.reason) != (clause.citation.provision, clause.reason)
                    for each in law.not_coded
                ):
                    law.not_coded.append(clause)
            elif clause.kind == "formula":
                law.coded.append(clause)
                _open(law, f"{clause.title.en} (clause)", "", clause.citation, clause.note)
    for definition in policies.definitions.values():
        if definition.text:
            law = laws[definition.citation.instrument]
            _open(law, f"{definition.title.en} (formula)", "", definition.citation, definition.note)
    for programme in policies.programmes.values():
        law = laws[policies.rules[programme.rule].citation.instrument]
        law.programmes.append(programme.short.en)
        _open(law, f"{programme.short.en}: {programme.amount_title.en}", "", programme.amount_citation, "")
        if programme.quota is not None:
            said = programme.quota
            _open(laws[said.citation.instrument], f"{programme.short.en}: the quota", "", said.citation, said.note)
    for parameter in policies.parameters.values():
        groups: dict[tuple[str, str], list[DatedValue]] = defaultdict(list)
        for value in parameter.values:
            laws[value.citation.instrument].values += 1
            laws[value.citation.instrument].verified += value.citation.verified == "yes"
            groups[(value.citation.instrument, value.citation.verified)].append(value)
        for (name, _), values in groups.items():
            first = values[0]
            if len(values) <= 3:
                for value in values:
                    _open(laws[name], parameter.title.en, _told(value), value.citation, value.note)
            else:
                span = (
                    f"{len(values)} values, {min(v.valid_from for v in values)} to {max(v.valid_from for v in values)}"
                )
                notes = {each.note for each in values}
                _open(laws[name], parameter.title.en, span, first.citation, notes.pop() if len(notes) == 1 else "", "")
    order = list(policies.instruments)
    return {name: laws[name] for name in order if name in laws}


def _open(law: Law, what: str, value: str, citation: Citation, note: str, provision: str | None = None) -> None:
    if citation.verified not in ("yes", ""):
        said = citation.provision if provision is None else provision
        law.open.append((what, value, said, citation.verified, note))


def _told(value: DatedValue) -> str:
    number = value.value
    if isinstance(number, Fraction):
        shown = f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):,g}"
    else:
        shown = str(number)
    return " ".join(filter(None, [" ".join(value.key), shown, f"from {value.valid_from}"]))


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
