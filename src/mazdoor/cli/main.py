"""``mazdoor``: one word per verb.

Commands are imported when they are called, so ``mazdoor --help`` answers at once and the rules engine runs on a machine
without a database. Exit codes say what kind of failure it was:

====  ==================================================================================================
0     done
1     something we did not foresee (please report it)
2     the command was not understood
3     refused: the message has a code, a cause and a remedy
4     a check found something wrong (``rules check``, an invariant of the ledger)
130   interrupted
====  ==================================================================================================
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from mazdoor import __version__
from mazdoor.cli.exits import REFUSED
from mazdoor.kernel.refusals import Refusal

# command → (module, attribute, line of help, whether Django is needed)
COMMANDS: Final[dict[str, tuple[str, str, str, bool]]] = {
    "demo": ("mazdoor.cli.demo", "demo", "A district's workers down the whole chain, then the site.", True),
    "serve": ("mazdoor.cli.serve", "serve", "The site, on loopback.", True),
    "work": ("mazdoor.cli.work", "work", "The background jobs.", True),
    "db": ("mazdoor.cli.db", "db", "The database: start, stop, look, bring up to date, empty.", True),
    "areas": ("mazdoor.cli.areas", "areas", "Provinces, districts, tehsils and their boundaries.", True),
    "synth": ("mazdoor.cli.synth", "synth", "People who do not exist, at any scale.", False),
    "rules": ("mazdoor.cli.rules", "rules", "Law as data: check it, run it, explain it.", False),
    "simulate": ("mazdoor.cli.simulate", "simulate_command", "A reform tried over a snapshot before it binds.", False),
    "link": ("mazdoor.cli.link", "link", "Which rows of a file of people are one person?", False),
    "duplicates": (
        "mazdoor.cli.duplicates",
        "duplicates",
        "Persons registered twice: compare the register with itself.",
        True,
    ),
    "payroll": ("mazdoor.cli.payroll", "payroll", "Payment files: send them, hear what became of them.", True),
    "clients": (
        "mazdoor.cli.clients",
        "clients",
        "Other systems: register them, give them secrets, revoke them.",
        True,
    ),
    "import": ("mazdoor.cli.importing", "import_", "A list of people from a CSV or XLSX file, each row checked.", True),
    "card": ("mazdoor.cli.card", "card", "Registry cards: check one, publish keys and lists.", True),
    "journal": ("mazdoor.cli.journal", "journal", "The record of acts: seal it, verify it.", True),
    "ledger": ("mazdoor.cli.ledger", "ledger", "Every paisa: the conservation sum, asserted.", True),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; Django is set up only for those that need it."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _, needs_django = COMMANDS[cmd_name]
        if needs_django:
            set_up_django()
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line, _) in COMMANDS.items()])


def set_up_django() -> None:
    """Make Django ready, once.

    What is imported stays until the process ends: looking for garbage among it while it grows takes a fifth of the start,
    and every later collection would walk over it again.
    """
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazdoor.config.settings")
    if apps.ready:
        return
    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mazdoor")
def mazdoor() -> None:
    """A national registry of informal workers, and the social protection that follows from being on it.

    Start with `mazdoor demo`: it builds a population that does not exist and takes it down the whole chain.
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run a command and end with the exit code that says what kind of end it was."""
    language = os.environ.get("MAZDOOR_LANGUAGE", "en")
    try:
        result = mazdoor.main(args=arguments, prog_name="mazdoor", standalone_mode=False)
    except Refusal as refusal:
        click.echo(f"{refusal.code}: {refusal.cause(language)}\n{refusal.remedy(language)}", err=True)
        sys.exit(REFUSED)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()
