"""Why: for one unit and one programme, every clause with its values, what decided, and what would have to change.

In English and Urdu, in three lengths: a text message, a letter of a page, and the full account for an auditor. Always
from the reference engine, so it agrees with the stored decision or shows that it cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from mazdoor.kernel.refusals import Words
from mazdoor.rules.engines.reference import Row
from mazdoor.rules.explaining import message, trace
from mazdoor.rules.explaining import notice as letter
from mazdoor.rules.explaining.needs import Finder, suppose
from mazdoor.rules.explaining.phrases import NOTICE, TRACE
from mazdoor.rules.explaining.saying import Line, Speaker
from mazdoor.rules.explaining.shown import ClauseShown, Provenance, ValueShown, deciding_clause, find_clause
from mazdoor.rules.explaining.tree import Builder, exact_text
from mazdoor.rules.explaining.watching import Watcher
from mazdoor.rules.explaining.ways import Kind, Way, changes_in, clauses_in, followed, is_open
from mazdoor.rules.model import Clause, PolicySet, Programme
from mazdoor.rules.quotas import Standing
from mazdoor.rules.results import Result
from mazdoor.rules.wording import (
    HEADINGS,
    MARKS,
    OUTCOMES,
    day_words,
    isolated,
    listed,
    plainer,
    provision_words,
    stop,
    unisolated,
    value_words,
)

__all__ = [
    "LENGTHS",
    "ClauseShown",
    "Explanation",
    "Provenance",
    "ValueShown",
    "deciding_clause",
    "explain",
    "reason_of",
]

LENGTHS: Final = ("sms", "notice", "trace")


@dataclass(frozen=True)
class Explanation:
    """The explanation of one result in one language: the tree, what would have to change, and the three lengths.

    ``text`` is the length asked for. ``needs`` is what would have to change for the rule to be met (None where it is,
    or where nothing is known that would do), ``enough`` whether trying all of it showed that the rule is then met.
    """

    programme: str
    language: str
    length: str
    result: Result
    tree: ClauseShown
    amount: ClauseShown | None
    needs: Way | None
    enough: bool
    at: date
    known_at: datetime | date | None
    provenance: Provenance
    rule_hash: str
    standing: Standing | None
    _programme: Programme
    _speaker: Speaker

    @property
    def text(self) -> str:
        """The explanation in the length asked for."""
        return {"sms": self.sms, "notice": self.notice, "trace": self.trace}[self.length]

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        key = "yes" if self.result.eligible else "unknown" if self.result.eligible is None else "no"
        if self.result.eligible and self.standing is not None and not self.standing.inside:
            return (
                HEADINGS["behind"]
                .in_language(self.language)
                .format(
                    programme=self._programme.short.in_language(self.language),
                    rank=isolated(f"{self.standing.rank:,}", self.language),
                    places=isolated(f"{self.standing.places:,}", self.language),
                )
            )
        amount = (
            ""
            if self.result.amount is None
            else value_words(self.result.amount, self._programme.amount.type, self.language)
        )
        return (
            HEADINGS[key]
            .in_language(self.language)
            .format(programme=self._programme.short.in_language(self.language), amount=amount)
        )

    @property
    def appeal(self) -> str:
        """How to appeal."""
        return self._programme.appeal.in_language(self.language)

    @property
    def reason(self) -> ClauseShown | None:
        """The clause that decided; the amount where it is what counts: for those who qualify, and where it is unknown."""
        if self.result.eligible or self.result.deciding == "amount":
            return self.amount
        return deciding_clause(self.tree)

    @property
    def need_lines(self) -> list[Line]:
        """What would have to change, in words, as an indented list."""
        return list(self._speaker.lines(self.needs))

    @property
    def rule_changed(self) -> bool:
        """Whether the rule was written anew since the stored result was made."""
        return bool(self.provenance.rule_hash) and self.provenance.rule_hash != self.rule_hash

    # --- the three lengths

    @cached_property
    def sms(self) -> str:
        """A text message of at most three segments."""
        return message.write_message(
            headline=self.headline,
            reason=self.reason,
            change=self._brief_change(),
            further=self._further(),
            appeal=self.appeal,
            lang=self.language,
        )

    @cached_property
    def notice(self) -> str:
        """The letter as plain text."""
        return letter.as_text(self._programme.title.in_language(self.language), self._parts())

    @cached_property
    def html(self) -> str:
        """The letter as one HTML element in its own language and direction."""
        return letter.as_html(self._programme.title.in_language(self.language), self._parts(), self.language)

    @property
    def document(self) -> str:
        """The letter as an HTML file of its own that prints on one page."""
        return letter.as_document(self._programme.title.in_language(self.language), self.html, self.language)

    @cached_property
    def trace(self) -> str:
        """The full account as text."""
        lang = self.language
        lines = [
            f"{self._programme.title.in_language(lang)} · {day_words(self.at, lang)} · {self.headline}",
            "",
            TRACE["run"].in_language(lang),
            *(f"  {name}: {value}" for name, value in self._repeating()),
            "",
            TRACE["clauses"].in_language(lang),
            *trace.clause_lines(self.tree, lang),
        ]
        if self.amount is not None:
            lines += ["", *trace.clause_lines(self.amount, lang)]
        if self.needs is not None:
            lines += ["", self._change_heading()]
            lines += [f"{'  ' * line.depth}- {line.text}" for line in self.need_lines]
        if self.standing is not None:
            lines += ["", NOTICE["places"].in_language(lang), *(f"  {each}" for each in self._places())]
        results = self._results()
        if results:
            lines += ["", TRACE["results"].in_language(lang), *(f"  {name}: {value}" for name, value in results)]
        return "\n".join(lines) + "\n"

    @cached_property
    def record(self) -> dict[str, Any]:
        """The full account as plain values for JSON. Holds pseudonyms, never a name or number of a person."""
        return {
            "programme": self.programme,
            "unit": self.result.unit,
            "at": self.at.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "engine": "reference",
            "rule_hash": self.rule_hash,
            "stored": {
                "assessment": self.provenance.assessment,
                "engine": self.provenance.engine,
                "rule_hash": self.provenance.rule_hash,
                "snapshot_hash": self.provenance.snapshot_hash,
            },
            "language": self.language,
            "eligible": self.result.eligible,
            "amount": exact_text(self.result.amount) or None,
            "category": self.result.category,
            "deciding_clause": self.result.deciding,
            "failed_clauses": list(self.result.failed),
            "unknown_clauses": list(self.result.unknown),
            "outcomes": self.result.outcomes,
            "results": {name: exact_text(value) or None for name, value in self.result.results.items()},
            "clauses": trace.clause_record(self.tree),
            "amount_worked_out": None if self.amount is None else trace.clause_record(self.amount),
            "would_have_to_change": trace.way_record(self.needs),
            "would_be_enough": self.enough,
            "in_words": trace.line_record(self.need_lines),
            "standing": None
            if self.standing is None
            else {
                "category": self.standing.category,
                "area": self.standing.area,
                "rank": self.standing.rank,
                "places": self.standing.places,
                "inside": self.standing.inside,
            },
        }

    # --- the parts of the letter

    def _parts(self) -> list[letter.Part]:
        lang = self.language
        opening = [self.headline]
        category = self._programme.categories.get(self.result.category or "")
        if category is not None:
            opening.append(f"{HEADINGS['category'].in_language(lang)} {category.in_language(lang)}")
        opening.append(f"{HEADINGS['date'].in_language(lang)}: {day_words(self.at, lang)}")
        parts = [letter.Part(sentences=tuple(opening))]
        parts += self._why_not() if self.result.eligible is not True else self._how_much()
        if self.standing is not None:
            parts.append(letter.Part(NOTICE["places"].in_language(lang), self._places()))
        parts.append(letter.Part(NOTICE["appeal"].in_language(lang), (self.appeal,)))
        parts.append(letter.Part(NOTICE["number"].in_language(lang), (self._numbers(),)))
        return parts

    def _why_not(self) -> list[letter.Part]:
        lang, reason = self.language, self.reason
        parts = []
        if reason is not None:
            cited = trace.law_words(reason.law, lang)
            said = f"{message.why(reason, lang)}{stop(lang)}"
            lines = [said, *([f"{HEADINGS['written'].in_language(lang)} {cited}"] if cited else [])]
            values = reason.values if reason.kind != "amount" else ()
            parts.append(
                letter.Part(
                    NOTICE["why"].in_language(lang),
                    tuple(lines),
                    values=tuple((value.name, _against(value, lang)) for value in values),
                )
            )
        others = [clause for clause in self._other_reasons() if clause is not None]
        if others:
            lines_of = [
                Line(0, f"{clause.title} ({trace.law_words(clause.law, lang)})" if clause.law.text else clause.title)
                for clause in others
            ]
            parts.append(letter.Part(NOTICE["also"].in_language(lang), items=letter.shortened(lines_of, lang)))
        lines_needed = self.need_lines
        if lines_needed:
            ending = []
            if self.enough:
                ending.append(NOTICE["enough"].in_language(lang))
            if any(each.kind is Kind.MISSING for each in changes_in(self.needs)):
                ending.append(NOTICE["bring"].in_language(lang))
            parts.append(
                letter.Part(self._change_heading(), items=letter.shortened(lines_needed, lang), after=tuple(ending))
            )
        return parts

    def _how_much(self) -> list[letter.Part]:
        lang = self.language
        if self.amount is None:
            return []
        cited = trace.law_words(self.amount.law, lang)
        sentences = (f"{message.sentence(self.amount.title)}{f' ({cited})' if cited else ''}{stop(lang)}",)
        values = [*self._results()]
        values += [
            (each.title, f"{each.value} ({trace.law_words(each.law, lang)})")
            for each in self.amount.parameters[: letter.MOST_LINES]
        ]
        return [letter.Part(NOTICE["amount"].in_language(lang), sentences, values=tuple(values))]

    def _places(self) -> tuple[str, ...]:
        """Where the unit stands in the order of its quota, how the order is made, and where the quota is written."""
        lang, quota = self.language, self._programme.quota
        if self.standing is None or quota is None:
            return ()
        said = [self.standing.reason().in_language(lang), NOTICE["order"].in_language(lang)]
        if quota.citation.provision:
            law = f"{HEADINGS['written'].in_language(lang)} {provision_words(quota.citation.provision, lang)}"
            said.append(f"{law} ({MARKS[quota.citation.verified].in_language(lang)})")
        return tuple(said)

    def _change_heading(self) -> str:
        kinds = {each.kind for each in changes_in(self.needs)}
        return NOTICE["missing" if kinds == {Kind.MISSING} else "change"].in_language(self.language)

    def _numbers(self) -> str:
        """What to quote: short enough to be read over the telephone."""
        lang = self.language
        said = [
            f"{TRACE['run_number'].in_language(lang)} {isolated(self.provenance.assessment, lang)}"
            if self.provenance.assessment
            else "",
            f"{TRACE['rule_hash'].in_language(lang)} {isolated(self.rule_hash[:12], lang)}",
            f"{TRACE['snapshot'].in_language(lang)} {isolated(self.provenance.snapshot_hash[:12], lang)}"
            if self.provenance.snapshot_hash
            else "",
        ]
        changed = f"{stop(lang)} {NOTICE['rule_changed'].in_language(lang)}" if self.rule_changed else ""
        return listed(said, lang) + changed

    # --- what the lengths share

    def _repeating(self) -> list[tuple[str, str]]:
        """Everything that is needed to repeat the result, each with its name."""
        lang, stored = self.language, self.provenance
        found = [
            ("programme", isolated(self.programme, lang)),
            ("unit", isolated(self.result.unit, lang)),
            ("at", isolated(self.at.isoformat(), lang)),
            ("known_at", trace.moment_words(self.known_at, lang)),
            ("engine", isolated("reference", lang)),
            ("made_by", isolated(stored.engine, lang)),
            ("rule_hash", isolated(self.rule_hash, lang)),
            ("decided_under", isolated(stored.rule_hash, lang) if self.rule_changed else ""),
            ("snapshot", isolated(stored.snapshot_hash, lang)),
            ("run_number", isolated(stored.assessment, lang)),
            ("outcomes", isolated(self.result.outcomes, lang)),
        ]
        return [(TRACE[key].in_language(lang), value) for key, value in found if value]

    def _results(self) -> list[tuple[str, str]]:
        """The programme's further results, each with its name."""
        policy_set, unit = self._speaker.policy_set, self._programme.unit
        found = []
        for name, value in self.result.results.items():
            definition = policy_set.definitions.get((unit, name))
            field = policy_set.entities[unit].fields.get(name)
            if definition is not None:
                title, kind = definition.title, definition.formula.type
            else:
                assert field is not None  # a further result is one or the other
                title, kind = field.title, field.type
            found.append((title.in_language(self.language), value_words(value, kind, self.language)))
        return found

    def _other_reasons(self) -> list[ClauseShown | None]:
        names = dict.fromkeys((*self.result.failed, *self.result.unknown))
        return [find_clause(self.tree, name) for name in names if name != self._deciding_group()]

    def _deciding_group(self) -> str:
        """The clause among the failed and unknown ones that decided, or holds the one that did."""
        for name in (*self.result.failed, *self.result.unknown):
            clause = find_clause(self.tree, name)
            if clause is not None and deciding_clause(clause) is not None:
                return name
        return ""

    def _further(self) -> int:
        """How many other clauses speak against the person, whatever is not known besides."""
        if self.result.eligible is not False:
            return 0
        return len([name for name in self.result.failed if name != self._deciding_group()])

    def _brief_change(self) -> str:
        """What the deciding clause lacks, in a few words, where it is one thing."""
        if self.result.eligible:
            return ""
        root = self._speaker.root
        deciding = next((each for each in root.everything() if each.id == self.result.deciding), None)
        below = set() if deciding is None else {each.id for each in deciding.everything()}
        said = []
        for need in clauses_in(self.needs):
            changes = list(dict.fromkeys(changes_in(need)))
            if (
                need.clause in below
                and len(changes) == 1
                and changes[0].kind
                in (
                    {Kind.NUMBER, Kind.DAY, Kind.WAIT, Kind.MISSING}
                    if need.clause == self.result.deciding
                    else {Kind.WAIT}
                )
            ):
                said.append(self._speaker.change(changes[0], brief=True))
        return said[0] if len(said) == 1 else ""


def _against(value: ValueShown, lang: str) -> str:
    return value.value + (f" ({HEADINGS['threshold'].in_language(lang)} {value.threshold})" if value.threshold else "")


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
    provenance: Provenance | None = None,
    standing: Standing | None = None,
) -> Explanation:
    """Explain the result of ``unit`` (the only one, where None) in English or Urdu (``lang``), as sms, notice or trace.

    ``facts`` are canonical rows. ``provenance`` is what a stored result names of itself, ``standing`` its place in the order
    of a quota, which depends on all others and is therefore given, never found here. Raises ``KeyError`` for an
    unknown programme or unit, ``ValueError`` for another length, and :class:`mazdoor.rules.RunStopped` where it cannot
    be evaluated.
    """
    if length not in LENGTHS:
        raise ValueError(f"a length is one of {', '.join(LENGTHS)}")
    chosen = policy_set.programmes[programme]
    watcher = Watcher(policy_set, facts, at=at, known_at=known_at)
    watcher.check_everything(chosen)
    rows = {str(row[policy_set.entities[chosen.unit].key]): row for row in watcher.tables[chosen.unit]}
    row = rows[unit] if unit is not None else next(iter(rows.values()))
    result = watcher.assess(chosen, row)
    root = policy_set.rules[chosen.rule].root
    needs = Finder(policy_set, watcher).clause(root, chosen.unit, row, wanted=True)
    enough = (
        needs is not None and is_open(needs) and suppose(watcher, followed(needs)).met(root, chosen.unit, row) is True
    )
    speaker = Speaker(policy_set, root, at, lang)
    builder = Builder(
        policy_set, watcher, chosen, row, result.deciding, {each.clause: each for each in clauses_in(needs)}, speaker
    )
    return Explanation(
        programme=programme,
        language=lang,
        length=length,
        result=result,
        tree=builder.clause(root),
        amount=builder.amount() if result.eligible or result.deciding == "amount" else None,
        needs=needs,
        enough=enough,
        at=at,
        known_at=known_at,
        provenance=provenance or Provenance(),
        rule_hash=policy_set.content_hash(programme),
        standing=standing if standing is not None and standing.rank is not None else None,
        _programme=chosen,
        _speaker=speaker,
    )


def reason_of(policy_set: PolicySet, programme: str, clause: str, *, cited: bool = True) -> Words:
    """The clause that decided, as a reason in both languages: what a decision on many people at once tells each of them.

    With its provision in short where ``cited``. An exclusion that applies is the reason itself; a condition that fails is
    named as not met. A code no clause has speaks for itself. Raises ``KeyError`` for an unknown programme.
    """
    found = _find(policy_set.rules[policy_set.programmes[programme].rule].root, clause, against=False)
    if found is None:
        return Words(clause, clause)
    named, against = found

    def said(lang: str) -> str:
        title = named.title.in_language(lang)
        provision = named.citation.provision if cited else ""
        inside = f" ({provision_words(provision, lang)})" if provision else ""
        return f"{'' if against else OUTCOMES['why_not_met'].in_language(lang) + ' '}{title}{inside}"

    return Words(plainer(said("en")), unisolated(said("ur")))


def _find(clause: Clause, wanted: str, *, against: bool) -> tuple[Clause, bool] | None:
    if clause.id == wanted:
        return clause, against
    below = against if clause.kind != "none_of" else not against
    for part in clause.parts:
        found = _find(part, wanted, against=below)
        if found is not None:
            return found
    return None
