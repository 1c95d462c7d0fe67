"""``mazdoor rules``: check policy files, and run a rule on facts, with no database.

Exit codes: 0 all well · 1 the policy or the facts have mistakes · 2 the command was written wrongly · 3 the run stopped
because something could not be evaluated.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from mazdoor.cli.rules_engines import BULK, NAMES, cases_on, engine_called, missing_is_told
from mazdoor.cli.rules_places import NOT_COUNTED, beside, cell, plain, standings
from mazdoor.cli.scorecard import fit_scorecard_command
from mazdoor.rules import (
    FactsError,
    PolicyError,
    PolicySet,
    RunStopped,
    Standing,
    describe,
    explain,
    load_policies,
    read_facts,
    shipped_folders,
    write_snapshot,
)
from mazdoor.rules.cases import read_results
from mazdoor.rules.comparing import compare_countries, countries
from mazdoor.rules.kindred import facts_of_each
from mazdoor.rules.language import typed
from mazdoor.rules.loading import read_policies
from mazdoor.rules.problems import did_you_mean
from mazdoor.rules.results import Result
from mazdoor.rules.wording import OUTCOMES

MISTAKES, STOPPED = 1, 3
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("rules")
def rules() -> None:
    """Law as data: check it, run it, read it."""


rules.add_command(fit_scorecard_command)


@rules.command("check")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--cases/--no-cases", default=True, help="Also run the policy's cases (default).")
@click.option(
    "--engine", type=click.Choice([*NAMES, "all"]), default="reference", show_default=True, help="Runs the cases."
)
def check(path: Path | None, cases: bool, engine: str) -> None:
    """Check policy files: names, types, units, dates, provisions, Urdu, and the cases.

    PATH is a folder or file of YAML; without it, the laws that come with Mazdoor, country by country.
    """
    folders = [path] if path is not None else list(shipped_folders().values())
    well = [_check(folder, cases, engine) for folder in folders]
    if not all(well):
        sys.exit(MISTAKES)


def _check(folder: Path, cases: bool, engine: str) -> bool:
    """Check one folder and print what is wrong with it. Whether all is well."""
    try:
        policy_set, problems = read_policies(folder)
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None
    for problem in problems:
        click.echo(str(problem))
    errors = [problem for problem in problems if problem.severity == "error"]
    if policy_set is None or errors:
        click.echo(f"{len(errors)} mistake{'' if len(errors) == 1 else 's'}.", err=True)
        return False
    wrong: list[str] = []
    if cases:
        for name in NAMES if engine == "all" else [engine]:
            try:
                wrong.extend(f"{name}: {each}" for each in cases_on(name, policy_set))
            except (FactsError, RunStopped) as error:
                wrong.append(f"{name}: {error}")
    for each in wrong:
        click.echo(each)
    click.echo(
        f"{folder.name}: {len(policy_set.programmes)} programmes, {len(policy_set.rules)} rules, "
        f"{len(policy_set.parameters)} parameters, "
        f"{len(policy_set.definitions)} definitions, {len(policy_set.cases)} cases"
        f"{'' if cases else ' (not run)'}: {'all well' if not wrong else f'{len(wrong)} not as expected'}."
    )
    return not wrong


@rules.command("run")
@click.argument("policy")
@click.option(
    "--facts",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="Facts: .json ({table: [rows]}, money in rupees), .csv (one table), .parquet, or a snapshot folder.",
)
@click.option("--table", help="The table a .csv or .parquet holds (default: the file's name).")
@click.option("--at", "at", required=True, type=_DAY, help="The date the rule is asked for.")
@click.option("--known-at", type=_DAY, help="By what was known on this date (default: all that is known).")
@click.option(
    "--engine",
    type=click.Choice(NAMES),
    default="reference",
    show_default=True,
    help="spark: pip install 'mazdoor[scale]' and Java 17; postgres: the installation's database.",
)
@click.option(
    "--policy",
    "folder",
    type=click.Path(exists=True, path_type=Path),
    help="Folder of policy (default: those that come with Mazdoor).",
)
@click.option("--explain", "explained", is_flag=True, help="Say why, for each unit.")
@click.option("--lang", type=click.Choice(["en", "ur"]), default="en", show_default=True)
@click.option("--length", type=click.Choice(["sms", "notice", "trace"]), default="trace", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the results here: .json, or .parquet.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object for each unit; with --explain its full account."
)
@click.option(
    "--quota/--no-quota",
    "quota",
    default=True,
    help="Say who has a place where the programme has a quota (default); written beside --out FILE.parquet.",
)
def run(
    policy: str,
    facts: Path,
    table: str | None,
    at: datetime,
    known_at: datetime | None,
    engine: str,
    folder: Path | None,
    explained: bool,
    lang: str,
    length: str,
    out: Path | None,
    as_json: bool,
    quota: bool,
) -> None:
    """Run POLICY (the id of a programme or of its rule) on facts at a date, and print what follows."""
    day, known = at.date(), None if known_at is None else known_at.date()
    try:
        policy_set = _policies(folder, policy)
        programme = _programme(policy_set, policy)
        if facts.is_dir() and engine in BULK and out is not None and out.suffix != ".json" and not explained:
            with missing_is_told():
                summary = BULK[engine](policy_set, programme, facts, at=day, known_at=known, out=out)
            said = asdict(summary)
            if quota and (placed := beside(policy_set, programme, out, at=day, known_at=known)):
                said["quota"] = placed
            click.echo(json.dumps(said, default=_plain, ensure_ascii=False))
            return
        rows = read_facts(policy_set, facts, table)
        results = _results(policy_set, programme, rows, day, known, engine, out)
        places = standings(policy_set, programme, results, at=day, known_at=known) if quota else None
        if out is not None and out.suffix != ".parquet":
            out.write_text("".join(f"{line}\n" for line in _lines(results, places)), "utf-8")
        elif out is not None and quota:
            beside(policy_set, programme, out, at=day, known_at=known)
    except PolicyError as error:
        click.echo(str(error), err=True)
        sys.exit(MISTAKES)
    except FactsError as error:
        click.echo(f"facts: {error}", err=True)
        sys.exit(MISTAKES)
    except RunStopped as error:
        click.echo(str(error), err=True)
        sys.exit(STOPPED)
    if explained:
        own = facts_of_each(policy_set, policy_set.programmes[programme].unit, rows)
        for result in results:
            told = explain(
                policy_set,
                programme,
                own[result.unit],
                at=day,
                known_at=known,
                unit=result.unit,
                lang=lang,
                length=length,
                standing=(places or {}).get(result.unit),
            )
            if told.result != result:
                click.echo(f"the reference engine does not agree with {engine}; nothing is explained", err=True)
                sys.exit(STOPPED)
            if as_json:
                click.echo(json.dumps(told.record, ensure_ascii=False))
            else:
                click.echo(f"{result.unit}\n{told.text}\n")
        return
    _show(policy_set, programme, results, places, as_json)


@rules.command("describe")
@click.argument("policy")
@click.option("--at", "at", type=_DAY, help="Also print the values in force on this date.")
@click.option("--lang", type=click.Choice(["en", "ur"]), default="en", show_default=True)
@click.option(
    "--policy",
    "folder",
    type=click.Path(exists=True, path_type=Path),
    help="Folder of policy (default: those that come with Mazdoor).",
)
def describe_command(policy: str, at: datetime | None, lang: str, folder: Path | None) -> None:
    """Print the rule of POLICY in words, with its provisions."""
    try:
        policy_set = _policies(folder, policy)
    except PolicyError as error:
        click.echo(str(error), err=True)
        sys.exit(MISTAKES)
    click.echo(describe(policy_set, _programme(policy_set, policy), lang, at=None if at is None else at.date()))


@rules.command("compare-countries")
@click.option("--lang", type=click.Choice(["en", "ur"]), default="en", show_default=True)
def compare_command(lang: str) -> None:
    """Print what the rules of two countries say of the same worker, side by side."""
    names = countries(lang)
    for compared in compare_countries(lang):
        click.echo(compared.person)
        for country, answers in compared.answers.items():
            for each in answers:
                click.echo(f"  {names[country]} · {each.question}: {each.answer}{each.amount and ', ' + each.amount}")
                if each.reason:
                    click.echo(f"      {OUTCOMES['why_not_met'].in_language(lang)} {each.reason}")
                for pair in each.further:
                    click.echo(f"      {': '.join(pair)}")
                click.echo(f"      ({each.written}; {each.mark})")
        click.echo("")


def _policies(folder: Path | None, name: str) -> PolicySet:
    """The policies of ``folder``; without one, those of the country whose law has a programme or rule called ``name``."""
    if folder is not None:
        return load_policies(folder)
    home = load_policies()
    if name not in {*home.programmes, *home.rules}:
        for each in shipped_folders().values():
            abroad = load_policies(each)
            if name in {*abroad.programmes, *abroad.rules}:
                return abroad
    return home


def _programme(policy_set: PolicySet, name: str) -> str:
    """The programme called ``name``, or governed by the rule called so."""
    if name in policy_set.programmes:
        return name
    for programme in policy_set.programmes.values():
        if programme.rule == name:
            return programme.id
    hint = did_you_mean(name, policy_set.programmes) or "programmes are " + ", ".join(policy_set.programmes)
    raise click.UsageError(f'there is no programme "{name}": {hint}')


def _results(
    policy_set: PolicySet,
    programme: str,
    rows: dict[str, list[dict[str, Any]]],
    at: date,
    known: date | None,
    engine: str,
    out: Path | None,
) -> Sequence[Result]:
    if out is not None and out.suffix == ".parquet":
        if engine not in BULK:
            raise click.UsageError("results are written as .parquet by --engine duckdb or spark; write .json here")
        with tempfile.TemporaryDirectory() as folder, missing_is_told():
            snapshot = write_snapshot(policy_set, rows, Path(folder))
            BULK[engine](policy_set, programme, snapshot, at=at, known_at=known, out=out)
        return read_results(policy_set, programme, out)
    with engine_called(engine) as chosen:
        return chosen(policy_set, programme, rows, at, known)


def _lines(results: Sequence[Result], places: Mapping[str, Standing] | None) -> Iterator[str]:
    """One JSON object for each unit; with its standing where the programme has a quota."""
    for result in results:
        said = asdict(result)
        if places is not None:
            said["standing"] = plain(places.get(result.unit))
        yield json.dumps(said, default=_plain, ensure_ascii=False)


def _show(
    policy_set: PolicySet,
    programme: str,
    results: Sequence[Result],
    places: Mapping[str, Standing] | None,
    as_json: bool,
) -> None:
    if as_json:
        for line in _lines(results, places):
            click.echo(line)
        return
    money = policy_set.programmes[programme].amount.type
    assert isinstance(money, typed.Number)
    placed = ["place"] if places is not None else []
    table = Table(
        "unit", "eligible", f"amount ({money.unit.currency})", "category", *placed, "decided by", "failed", "unknown"
    )
    for result in results:
        eligible = {True: "yes", False: "no", None: "unknown"}[result.eligible]
        table.add_row(
            result.unit,
            eligible,
            "" if result.amount is None else f"{result.amount:,.2f}",
            result.category or "",
            *([cell(places.get(result.unit))] if places is not None else []),
            result.deciding,
            " ".join(result.failed),
            " ".join(result.unknown),
        )
    Console().print(table)
    if places and any(each.rank is not None for each in places.values()):
        click.echo(NOT_COUNTED)


def _plain(value: object) -> str:
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    raise TypeError(type(value).__name__)
