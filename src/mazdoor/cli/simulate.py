"""``mazdoor simulate``: a reform tried over a snapshot before it binds, with no database.

Exit codes: 0 all well · 1 the policy or the reform has mistakes · 2 the command was written wrongly, or the question has no
answer · 3 the run stopped because something could not be evaluated.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from mazdoor.cli.tables import show
from mazdoor.rules import PolicyError, RunStopped, load_policies
from mazdoor.rules.installed import policy_folder
from mazdoor.simulation import Line, Question, Reform, Report, SimulationError, read_reform, shipped_reforms, simulate
from mazdoor.simulation.report import Distribution

MISTAKES, STOPPED = 1, 3
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_TITLES = {
    "province": "province",
    "district": "district",
    "sex": "sex",
    "sector": "sector",
    "work": "category of work",
    "decile": "decile (1 poorest)",
    "category": "category of the programme",
}


class Rupees(click.ParamType[Decimal]):
    """An amount of rupees, exact; a thousand may be written 1,000 or 1_000."""

    name = "rupees"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount, or a usage error."""
        if isinstance(value, Decimal):
            return value
        try:
            amount = Decimal(str(value).replace(",", "").replace("_", ""))
        except InvalidOperation:
            self.fail(f"{value!r} is not an amount", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is not an amount", param, ctx)
        return amount


@click.command("simulate", short_help="A reform tried over a snapshot before it binds.")
@click.option(
    "--snapshot",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A frozen snapshot, or what mazdoor synth wrote.",
)
@click.option(
    "--reform", "reform_name", required=True, help="A file of kind reform, or the id of one that comes with the policy."
)
@click.option("--against", "against_name", help="Compare with this reform instead of the law as it stands.")
@click.option(
    "--policy", "folder", type=click.Path(exists=True, path_type=Path), help="Folder of policy (default: ours)."
)
@click.option("--at", type=_DAY, help="The day asked for (default: the reform's first).")
@click.option("--known-at", type=_DAY, help="By what was known on this date (default: all that is known).")
@click.option("--years", type=click.IntRange(1, 30), default=1, show_default=True, help="Years of cost.")
@click.option(
    "--line", type=Rupees(), help="Poverty line, rupees a head and month (default: a relative one, and said so)."
)
@click.option("--floor", type=Rupees(), help="What a benefit of one cycle should at least be, in rupees.")
@click.option(
    "--benchmark",
    default="",
    help="Who should be reached: poorest:20, below-line, or a formula for the programme's unit.",
)
@click.option("--budget", type=Rupees(), help="Rupees a year that may be spent; needs --order-by.")
@click.option(
    "--order-by",
    default="",
    help="Whom first: a number of the unit (-name: highest first), or parameter:NAME=0..100/1.",
)
@click.option("--overlap", multiple=True, help="Another programme to lay beside it, or all.")
@click.option("--seed", type=int, default=1, show_default=True, help="Begins the bootstrap of weighted data.")
@click.option(
    "--replicates", type=click.IntRange(2, 10_000), default=200, show_default=True, help="Draws of the bootstrap."
)
@click.option("--lang", type=click.Choice(["en", "ur"]), default="en", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Also write the whole report here, as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON and nothing else.")
def simulate_command(
    snapshot: Path,
    reform_name: str,
    against_name: str | None,
    folder: Path | None,
    at: datetime | None,
    known_at: datetime | None,
    years: int,
    line: Decimal | None,
    floor: Decimal | None,
    benchmark: str,
    budget: Decimal | None,
    order_by: str,
    overlap: tuple[str, ...],
    seed: int,
    replicates: int,
    lang: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say what a reform would cost, and who gains or loses by it.

    Example: mazdoor synth --workers 50000 --out people && mazdoor simulate --snapshot people --reform
    minimum_pension_to_minimum_wage --years 3 --benchmark poorest:40
    """
    question = Question(
        None if at is None else at.date(),
        None if known_at is None else known_at.date(),
        years,
        line,
        floor,
        benchmark,
        budget,
        order_by,
        overlap,
        seed,
        replicates,
    )
    home = folder or policy_folder()
    try:
        policy_set = load_policies(home)
        reform = _reform(home, reform_name)
        against = None if against_name is None else _reform(home, against_name)
        with tempfile.TemporaryDirectory(prefix="mazdoor-simulate-") as work:
            report = simulate(policy_set, reform, snapshot, work=Path(work), question=question, against=against)
    except PolicyError as error:
        click.echo(str(error), err=True)
        sys.exit(MISTAKES)
    except RunStopped as error:
        click.echo(str(error), err=True)
        sys.exit(STOPPED)
    except (SimulationError, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from None
    text = json.dumps(report.as_dict(), ensure_ascii=False, indent=1)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    if as_json:
        click.echo(text)
        return
    console = Console()
    for each in _shown(report, lang):
        if isinstance(each, Table):
            show(console, each)
        else:
            console.print(each)


def _reform(folder: Path, name: str) -> Reform:
    shipped = shipped_reforms(folder)
    if name in shipped:
        return read_reform(folder, shipped[name])
    if not Path(name).is_file():
        raise click.UsageError(
            f'there is no reform "{name}": give a file, or one of {", ".join(sorted(shipped)) or "none"}'
        )
    return read_reform(folder, Path(name))


def _shown(report: Report, lang: str) -> Iterator[Table | str]:
    yield f"[bold]{report.reform_title.in_language(lang)}[/bold]"
    other = f"the reform {report.against}" if report.against else "the law as it stands"
    yield f"{report.programme_title.in_language(lang)}, on {report.at}, beside {other}. Unit: {report.unit}.\n"
    yield _costs(report, lang)
    yield _lines("all", (report.total,), report)
    for name, lines in report.by.items():
        if name != "district":
            yield _lines(_TITLES[name], lines, report)
    if report.distribution is not None:
        yield _poverty(report.distribution)
    yield from _targeting(report)
    yield _adequacy(report)
    if report.overlaps:
        table = Table("households also reached by", "reached", "both before", "both after", title="Overlap")
        for each in report.overlaps:
            told = (
                (each.stopped, "", "")
                if each.stopped
                else (_n(each.reached), _n(each.both_before), _n(each.both_after))
            )
            table.add_row(each.title.in_language(lang), *told)
        yield table
    if report.budget is not None:
        found = report.budget
        said = (
            f"met up to {found.threshold}: reaches {_n(found.reached)} of {_n(found.of_eligible)}, Rs {_n(found.cost)} a year"
            if found.met
            else "not met by any threshold"
        )
        yield f"Budget of Rs {_n(found.budget)} a year, ordered by {found.ordered_by}: {said}."
        if found.unordered:
            yield f"{_n(found.unordered)} eligible have no value to order by, and are not inside."
    yield "\nWhat these figures rest on, and cannot show:"
    for sentence in report.said:
        yield f" · {sentence.words.in_language(lang)}"


def _costs(report: Report, lang: str) -> Table:
    table = Table(
        "year from", "eligible before", "after", "cost before (Rs)", "after (Rs)", "change (Rs)", title="Cost by year"
    )
    for year in report.years:
        table.add_row(
            str(year.starts),
            _n(year.eligible_before),
            _n(year.eligible_after),
            _n(year.before),
            _n(year.after),
            _n(year.change),
        )
        for payer in year.by_payer:
            title = payer.title.in_language(lang) or "(who pays is not said)"
            table.add_row(f"  {title}", "", "", _n(payer.before), _n(payer.after), _n(payer.after - payer.before))
    return table


def _lines(title: str, lines: tuple[Line, ...], report: Report) -> Table:
    table = Table(
        title,
        "units",
        "before",
        "after",
        "gained",
        "lost",
        "more",
        "less",
        "unknown",
        f"Rs per {report.cycle}",
        "change",
    )
    for line in lines:
        counts = (line.units, line.eligible_before, line.eligible_after, line.gained, line.lost, line.more, line.less)
        costs = (line.open_after, line.cost_after, line.cost_change)
        table.add_row(line.group or "(none)", *(_n(each) for each in (*counts, *costs)))
    if lines and lines[0] is report.total and report.errors:
        errors = report.errors
        names = ("", "eligible_before", "eligible_after", "gained", "lost", "", "", "", "cost_after", "cost_change")
        table.add_row("  standard error", *(f"{errors[name]:,.1f}" if name else "" for name in names))
    return table


def _poverty(found: Distribution) -> Table:
    line = "no line" if found.line is None else f"line Rs {found.line:,f} a head and month ({found.line_basis})"
    table = Table(line, "without", "before", "after", "change", title="Poverty and inequality")
    sides = [found.without.as_dict(), found.before.as_dict(), found.after.as_dict()]
    errors = found.errors.get("before-after", {})
    for name in sides[0]:
        values = [side[name] for side in sides]
        before, after = values[1], values[2]
        change = "" if before is None or after is None else f"{after - before:+.5f}"
        error = errors.get(name)
        change += f" (se {error:.5f})" if error is not None else ""
        table.add_row(name.replace("_", " "), *("-" if each is None else f"{each:,.5f}" for each in values), change)
    pair = (found.concentration_before.index, found.concentration_after.index)
    table.add_row("concentration of the benefit", "", *("-" if each is None else f"{each:+.5f}" for each in pair), "")
    return table


def _targeting(report: Report) -> Iterator[Table]:
    if report.targeting is None:
        return
    found = report.targeting
    table = Table(f"benchmark: {found.benchmark}", "reached", "inside it", "leakage", "of the money", "undercoverage")
    for name, reach in (("before", found.before), ("after", found.after)):
        shares = (reach.leakage, reach.leaked_cost, reach.undercoverage)
        table.add_row(
            name,
            _n(reach.reached),
            _n(reach.reached_inside),
            *("-" if each is None else f"{each:.1%}" for each in shares),
        )
    table.caption = (
        f"{_n(found.inside)} units inside the benchmark, {_n(found.outside)} outside, {_n(found.unsaid)} cannot be said"
    )
    yield table


def _adequacy(report: Report) -> Table:
    table = Table(
        "adequacy", "eligible", "mean (Rs)", "least", "most", "of the minimum wage", "at or above it", "below the floor"
    )
    for each in report.adequacy:
        amounts = [each.mean, each.least, each.most]
        share = "-" if each.share_of_wage is None else f"{each.share_of_wage:.1%}"
        table.add_row(
            each.side,
            _n(each.eligible),
            *("-" if amount is None else _n(amount) for amount in amounts),
            share,
            "-" if each.at_wage is None else _n(each.at_wage),
            "-" if each.below_floor is None else _n(each.below_floor),
        )
    return table


def _n(value: Decimal) -> str:
    return f"{value:,f}" if value == value.to_integral_value() else f"{value:,.2f}"
