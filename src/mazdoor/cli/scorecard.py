"""``mazdoor rules fit-scorecard``: a scorecard from a survey with a welfare variable, as policy."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path

import click

from mazdoor.rules import PolicyError, load_policies

MISTAKES = 1


@click.command("fit-scorecard")
@click.argument("survey", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--welfare", required=True, help="Column of consumption or income for one person, above 0.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Write the scorecard here (.yaml)."
)
@click.option("--source", required=True, help="The survey in words, as the scorecard will cite it.")
@click.option("--weight", help="Column of survey weights (default: every household counts alike).")
@click.option("--variables", help="Columns that may be chosen, with commas (default: all others).")
@click.option("--most", default=10, show_default=True, type=click.IntRange(1, 30), help="Variables chosen at most.")
@click.option(
    "--held-out", default=0.3, show_default=True, type=click.FloatRange(0.05, 0.9), help="Share that only measures."
)
@click.option(
    "--seed", default=1, show_default=True, help="Draws the held-out part; the same seed, the same scorecard."
)
@click.option("--id", "name", default="fitted_score", show_default=True, help="The scorecard's name in formulas.")
@click.option("--from", "begins", type=click.DateTime(formats=["%Y-%m-%d"]), default="2020-01-01", show_default=True)
@click.option(
    "--entity", default="", help="An entity of the policy whose fields are the columns (default: one of its own)."
)
@click.option(
    "--policy", "folder", type=click.Path(exists=True, path_type=Path), help="Folder of policy that has --entity."
)
def fit_scorecard_command(
    survey: Path,
    welfare: str,
    out: Path,
    source: str,
    weight: str | None,
    variables: str | None,
    most: int,
    held_out: float,
    seed: int,
    name: str,
    begins: datetime,
    entity: str,
    folder: Path | None,
) -> None:
    """Fit a scorecard to SURVEY (.csv or .parquet, one row for each household) and write it as policy.

    Prints what the held-out part says: variance explained, rank correlation, and who is wrongly in or out.
    """
    from mazdoor.rules.scorecards.fitting import SurveyError, fit_scorecard, read_survey
    from mazdoor.rules.scorecards.writing import error_lines, scorecard_text

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise click.UsageError("--id has small letters, digits and _, and begins with a letter")
    try:
        policy_set = load_policies(folder) if entity else None
        if policy_set is not None and entity not in policy_set.entities:
            raise click.UsageError(
                f'the policy has no entity "{entity}": it has {", ".join(sorted(policy_set.entities))}'
            )
        fitted = fit_scorecard(
            read_survey(survey),
            welfare=welfare,
            variables=[each.strip() for each in variables.split(",")] if variables else (),
            weight=weight,
            most=most,
            held_out=held_out,
            seed=seed,
        )
        text = scorecard_text(
            fitted, name=name, source=source, from_date=begins.date(), entity=entity, policy_set=policy_set
        )
    except PolicyError as error:
        click.echo(str(error), err=True)
        sys.exit(MISTAKES)
    except SurveyError as error:
        click.echo(f"survey: {error}", err=True)
        sys.exit(MISTAKES)
    except KeyError as error:
        click.echo(f'survey: {entity} has no field "{error.args[0]}"; leave it out of --variables', err=True)
        sys.exit(MISTAKES)
    out.write_text(text, encoding="utf-8")
    chosen = ", ".join(each.name for each in fitted.variables)
    click.echo(f"{len(fitted.variables)} variables: {chosen}.")
    click.echo(
        f"Fitted on {fitted.households:,} households, measured on {fitted.held_out:,} held out "
        f"({fitted.left_out:,} left out): {fitted.explained:.1%} of the variance of log welfare explained, "
        f"rank correlation {fitted.rank_correlation:.3f}."
    )
    for line in error_lines(fitted):
        click.echo(line)
    if not fitted.weighted:
        click.echo("Not weighted: these shares are of the households in the file, not of the population.")
