"""``mazdoor demo``: a population that does not exist, down the whole chain, then the site.

=============  ======================================================================
``world``      the outside: an identity authority, banks, registers of taxes and SIM cards, a virus scanner and an SMS
               gateway, as separate processes
``cast``       the officers of the demonstration
``chain``      the steps, each through the doors of its room
``doors``      registration through the doors: a file, a device, a system, an SMS; a card, a change
``households`` the people who come to them
``telling``    the table, the money line, the JSON
=============  ======================================================================
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from mazdoor.cli.demo import telling
from mazdoor.cli.demo.cast import PASSWORD, ensure_cast
from mazdoor.cli.demo.chain import Chain
from mazdoor.cli.demo.doors import numbers_of_households, sms_secret
from mazdoor.cli.demo.world import MILD_FAULTS, World
from mazdoor.cli.serve import free_port, run_site
from mazdoor.database import lifecycle
from mazdoor.database.home import home_folder


@click.command()
@click.option("--workers", default=50_000, show_default=True, help="Workers to make; their households come with them.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same people.")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Serve the site afterwards.")
@click.option("--port", default=8800, show_default=True, help="Port of the site on loopback; 0 takes a free one.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the table as JSON too."
)
@click.option(
    "--faults",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON of faults for the outside world: {"bank": {"seed": 1, "faults": {"transaction.return": {"rate": 0.1}}}}',
)
@click.option("--refuse-everybody", is_flag=True, help="The identity authority matches nobody: nothing is paid.")
def demo(
    workers: int,
    seed: int,
    serve: bool,
    port: int,
    json_file: Path | None,
    faults: Path | None,
    refuse_everybody: bool,
) -> None:
    """A district's workers down the whole chain, then the site.

    Makes people who do not exist, registers, verifies and deduplicates them, opens accounts, holds wages against the
    minimum, counts contributions, assesses, enrols, pays and reconciles, against an identity authority and banks that
    run as processes of their own and fail now and then. Run again it goes on where it was and doubles nothing.
    """
    with lifecycle.lease():
        teller = telling.Teller()
        lifecycle.ensure_ready()
        chain = Chain(workers=workers, seed=seed, tell=teller.progress)
        site_port = port or free_port()
        with World(
            home=home_folder() / "world" / chain.world_name(),
            population=chain.population,
            faults=MILD_FAULTS if faults is None else json.loads(faults.read_text()),
            refuse_everybody=refuse_everybody,
            sms_callback=f"http://gateway:{sms_secret()}@127.0.0.1:{site_port}/sms/incoming/?id=%I",
        ) as world:
            report = chain.walk(world)
            teller.table(report)
            if json_file is not None:
                json_file.write_text(telling.as_json(report), encoding="utf-8")
            if serve:
                ensure_cast()
                teller.sign_ins(PASSWORD)
                _wire(world)
                teller.tour(f"http://127.0.0.1:{site_port}", world.sms_url())
                run_site(port=site_port)


def _wire(world: World) -> None:
    """The outside world stays for the site: payrolls are sent, claims asked about, files scanned, messages sent."""
    os.environ["MAZDOOR_BANKS"] = ",".join(f"{code}={url}" for code, url in world.bank_urls().items())
    os.environ["MAZDOOR_SMS"] = world.sms_url()
    os.environ["MAZDOOR_IDENTITY"] = world.identity_url()
    os.environ["MAZDOOR_TAX"] = world.tax_url()
    os.environ["MAZDOOR_PHONES"] = world.phones_url()
    world.add_sims(numbers_of_households())
    os.environ["MAZDOOR_ANTIVIRUS"] = world.antivirus_address()
