"""``mazdoor duplicates``: the register compared with itself by hand. People decide on the site."""

from __future__ import annotations

import json

import click

from mazdoor.access.services import acting_as_system
from mazdoor.cli.exits import REFUSED
from mazdoor.cli.sizes import memory_size
from mazdoor.database import lifecycle
from mazdoor.delivery.deduplication import selectors, services
from mazdoor.rules.problems import EngineMissing


@click.group()
def duplicates() -> None:
    """Compare the register with itself, and see what became of it.

    The worker compares whoever is new each night by itself; pairs wait on the site for an officer. Nothing merges here.
    """


@duplicates.command()
@click.option(
    "--everything",
    is_flag=True,
    help="All with all, the model learnt anew from the register and from what officers decided.",
)
@click.option(
    "--memory",
    metavar="SIZE",
    callback=memory_size,
    help="The most it takes (such as 2GB), a third of this machine's unless told; beyond it goes to disk.",
)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Where keys are joined and pairs weighed; both find the same. spark: pip install 'mazdoor[scale]' and Java 17.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def find(*, everything: bool, memory: str | None, engine: str, as_json: bool) -> None:
    """Compare whoever is new or changed since the last run with everybody, and queue the pairs found.

    Where nothing was ever compared, all are. Killed and begun again, it compares anew and queues nothing twice.
    """
    with lifecycle.lease():
        lifecycle.ensure_ready()
        try:
            found = services.find_pairs(
                everything=everything, memory=memory, engine=engine, progress=None if as_json else _tell
            )
        except EngineMissing as missing:
            click.echo(f"duplicates find: {missing}", err=True)
            raise SystemExit(REFUSED) from None
        with acting_as_system(reason="comparing by hand"):
            learnt = selectors.learning()
            waiting = selectors.count_open()
    told = {
        "run": found.run_id, "records": found.records, "new": found.new_records, "compared": found.compared,
        "found": found.found, "queued": found.queued, "reopened": found.reopened, "waiting": waiting,
        "decisions_learnt_from": learnt.labels if learnt is not None else 0,
        "seconds": round(sum(found.seconds.values()), 1),
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(
        f"{found.new_records:,} of {found.records:,} records were new; {found.compared:,} pairs compared, "
        f"{found.queued:,} queued, {found.reopened:,} came back on new evidence; {waiting:,} clusters wait for a person"
    )


def _tell(step: str, share: float) -> None:
    click.echo(f"{share:4.0%} {step}", err=True)


@duplicates.command("runs")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON list.")
def runs_(*, as_json: bool) -> None:
    """The last comparisons, the newest first, with what one broke off with."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        with acting_as_system(reason="listing comparisons"):
            rows = selectors.recent_runs()
    told = [
        {
            "run": row["id"], "state": row["state"], "started_at": row["started_at"].isoformat(), "error": row["error"],
            "everything": row["everything"], "records": row["records"], "new": row["new_records"],
            "queued": row["queued"], "learnt": row["learnt"], "decisions": row["labels"],
        }
        for row in rows
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
        return
    for row in told:
        kind = "all with all" if row["everything"] else f"{row['new']:,} new"
        ended = f" ({row['error']})" if row["error"] else ""
        click.echo(
            f"{row['run']:>6}  {str(row['started_at'])[:16]}  {row['state']:<9}{ended}  {kind} of {row['records']:,}; "
            f"{row['queued']:,} queued"
        )
