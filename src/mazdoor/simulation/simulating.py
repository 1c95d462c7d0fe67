"""The whole simulation: baseline and reform over one snapshot, and every figure asked of them."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from mazdoor.rules import PolicySet
from mazdoor.simulation import budgets, costs, spreading, targeting
from mazdoor.simulation.asking import CYCLES, Question, SimulationError
from mazdoor.simulation.comparing import Line, lay_sides, lines_by, total_line
from mazdoor.simulation.places import without_place
from mazdoor.simulation.reforms import Reform
from mazdoor.simulation.report import Distribution, Report, Said, YearCost
from mazdoor.simulation.sides import Sides, holds
from mazdoor.simulation.snapshots import Source, open_snapshot
from mazdoor.simulation.study import Study
from mazdoor.simulation.wordings import say


def simulate(
    policy_set: PolicySet,
    reform: Reform,
    snapshot: Path,
    *,
    work: Path,
    question: Question | None = None,
    against: Reform | None = None,
) -> Report:
    """Baseline (the law, or the reform ``against``) and ``reform`` over ``snapshot``: what changes for whom, and at what cost.

    ``work`` is an empty folder; the results of both sides stay there as Parquet. Raises :class:`SimulationError` for a
    question that has no answer, ``RunStopped`` where a rule cannot be evaluated, ``FileNotFoundError`` without a snapshot.
    """
    started = time.monotonic()
    question = question or Question()
    if against is not None and against.programme != reform.programme:
        raise SimulationError(f"{reform.id} changes {reform.programme}, and {against.id} changes {against.programme}")
    source = open_snapshot(policy_set, snapshot, work)
    at = question.at or reform.valid_from
    programme = policy_set.programmes[reform.programme]
    with Study(policy_set, source, programme.unit, at=at, memory=question.memory) as study:
        sides = Sides(policy_set, reform.programme, study, work, question)
        sides.together((against, reform), at)
        before, after = sides.result(against, at), sides.result(reform, at)
        without = tuple(without_place(study.connection, each) for each in (before, after))
        lay_sides(study.connection, before, after, folk="folk")
        total = total_line(study.connection)
        by = {name: lines_by(study.connection, name) for name in study.available()}
        cycles = CYCLES[programme.cycle]
        distribution = None
        if study.welfare.basis != "none":
            distribution = spreading.distribution(study, line=question.line, cycles=cycles, question=question)
        reach = None
        if question.benchmark:
            reach = targeting.targeting(
                study, policy_set, question.benchmark, distribution, known_at=question.known_at, work=work, at=at
            )
        adequacy = targeting.adequacy(study, policy_set, at=at, known_at=question.known_at, floor=question.floor)
        overlaps = targeting.overlaps(
            study, policy_set, reform.programme, question.overlap, at=at, known_at=question.known_at, work=work
        )
        budget = None
        if question.budget is not None:
            budget = budgets.meet(study, sides, reform, question.budget, question.order_by, at=at, cycles=cycles)
        errors = spreading.errors_of_totals(study, question) if study.welfare.weighted else {}
        years = costs.years(study, sides, reform, against, at, question, programme.paid_by)
        said = _said(source, study, reform, sides, at, question, total, years, distribution, programme.cycle)
        said += _of_places(*without)
    return Report(
        reform.programme,
        programme.title,
        reform.id,
        reform.title,
        "" if against is None else against.id,
        programme.unit,
        programme.cycle,
        at,
        question.known_at,
        reform.areas,
        (policy_set if against is None else against.policy_set).content_hash(reform.programme),
        reform.policy_set.content_hash(reform.programme),
        source.synthetic,
        study.welfare,
        total,
        by,
        errors,
        years,
        distribution,
        reach,
        overlaps,
        adequacy,
        budget,
        said,
        time.monotonic() - started,
    )


# --- what stands with the figures


def _said(
    source: Source,
    study: Study,
    reform: Reform,
    sides: Sides,
    at: date,
    question: Question,
    total: Line,
    years: tuple[YearCost, ...],
    distribution: Distribution | None,
    cycle: str,
) -> tuple[Said, ...]:
    welfare = study.welfare
    found = [say("synthetic") if source.synthetic else say("registry" if not welfare.weighted else "welfare_survey")]
    if not sides.runs(None, at):
        found.append(say("closed"))
    if not holds(reform, at):
        found.append(say("not_yet"))
    if reform.areas:
        found.append(say("areas", areas=", ".join(reform.areas)))
    if total.open_after:
        found.append(say("open", count=f"{total.open_after:,f}"))
    if not welfare.weighted or welfare.basis != "survey":
        found.append(say(f"welfare_{welfare.basis}", unpriced=_percent(welfare.unpriced)))
    if welfare.nothing and welfare.basis != "none":
        found.append(say("nothing", share=_percent(welfare.nothing)))
    if distribution is not None and question.line is None and distribution.line is not None:
        found.append(say("line_relative", line=f"{distribution.line:,.0f}"))
    found.append(
        say("weighted", replicates=question.replicates, seed=question.seed) if welfare.weighted else say("counted")
    )
    if question.benchmark:
        found.append(say("benchmark", benchmark=question.benchmark))
    if cycle == "once":
        found.append(say("once"))
    if any(not payer.title.en for year in years for payer in year.by_payer):
        found.append(say("payer_unsaid"))
    if len(years) > 1:
        found.append(say("years"))
    found.append(say("behaviour"))
    return tuple(found)


def _of_places(before: int | None, after: int | None) -> tuple[Said, ...]:
    """What is said of a quota: who qualifies and has no place, or that everybody has one."""
    if before is None and after is None:
        return ()
    if not before and not after:
        return (say("quota_enough"),)
    return (say("quota", before=f"{before or 0:,}", after=f"{after or 0:,}"),)


def _percent(share: float | None) -> str:
    return "0" if share is None else f"{100 * share:.0f}"
