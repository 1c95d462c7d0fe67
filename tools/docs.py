"""Documents that are generated from the code, checked in, and compared by ``make check``.

====================  ===========================================================================
docs/refusals.md      every refusal: code, cause, remedy, in both languages
docs/states.md        the state tables as diagrams
docs/cli.md           the command line, as ``--help`` tells it
docs/law/values*.md   every dated value of the policies with provision and verification mark
docs/law/two-…        one person under the rules of two countries, side by side
====================  ===========================================================================
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path

from mazdoor.cli.main import set_up_django
from tools.manual import language
from tools.mistakes_page import mistakes

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by `make docs`. Change the code, not this page. -->\n\n"


def _modules(name: str) -> Iterator[tuple[str, object]]:
    """Every module of ours with this last name, in alphabetical order."""
    package = ROOT / "src" / "mazdoor"
    for path in sorted(package.rglob(f"{name}.py")):
        dotted = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        if ".sandbox." not in dotted:
            yield dotted, import_module(dotted)


def refusals() -> str:
    """The catalogue of refusals."""
    set_up_django()
    for _ in _modules("refusals*"):
        pass
    from mazdoor.kernel.refusals import Catalogue

    lines = ["# Refusals\n", "Codes are never reused; words may improve.\n"]
    for kind in Catalogue.everything():
        lines += [
            f"## {kind.code}\n",
            f"{kind.cause.en} *{kind.remedy.en}*\n",
            f'<p dir="rtl" lang="ur">{kind.cause.ur} {kind.remedy.ur}</p>\n',
        ]
    return "\n".join(lines)


def _is_state_table(value: object) -> bool:
    """A mapping from states to the states that may follow."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(state, Enum) for state in value)
        and all(
            isinstance(afters, frozenset | set | tuple | list) and all(isinstance(after, Enum) for after in afters)
            for afters in value.values()
        )
    )


def states() -> str:
    """The state tables, each as a diagram."""
    set_up_django()
    lines = ["# States\n", "Each table is `TRANSITIONS` of a room's `states.py`; nothing moves another way.\n"]
    for dotted, module in _modules("states*"):
        tables = {name: value for name, value in vars(module).items() if _is_state_table(value)}
        for name, table in sorted(tables.items()):
            title = dotted.removeprefix("mazdoor.").removesuffix(".states")
            suffix = (
                "" if name == "TRANSITIONS" else f" ({name.removesuffix('_TRANSITIONS').lower().replace('_', ' ')})"
            )
            lines += [f"## {title}{suffix}\n", "```mermaid", "stateDiagram-v2"]
            reached = {str(after) for afters in table.values() for after in afters}
            lines += [f"    [*] --> {state}" for state in table if str(state) not in reached]
            for state, afters in table.items():
                lines += [f"    {state} --> {after}" for after in sorted(map(str, afters))]
                if not afters:
                    lines.append(f"    {state} --> [*]")
            lines.append("```\n")
    return "\n".join(lines)


def command_line() -> str:
    """What ``--help`` says of each command."""
    set_up_django()
    import click

    from mazdoor.cli.main import mazdoor

    def pages(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
        context = click.Context(command, info_name=name, parent=parent, max_content_width=110)
        yield f"## {context.command_path}\n\n```\n{command.get_help(context).rstrip()}\n```\n"
        if isinstance(command, click.Group):
            for child in command.list_commands(context):
                found = command.get_command(context, child)
                if found is not None:
                    yield from pages(found, child, context)

    return "# The command line\n\n" + "\n".join(pages(mazdoor, "mazdoor", None))


def values(country: str = "pakistan") -> str:
    """Every dated value of a country's law, with where it comes from and how far it was verified."""
    from mazdoor.rules import load_policies, shipped_folder
    from mazdoor.rules.wording import MARKS

    policies = load_policies(shipped_folder(country))
    marks = " · ".join(f"`{mark}` {words.en}" for mark, words in MARKS.items())
    lines = [
        "# Dated values of the law\n"
        if country == "pakistan"
        else f"# Dated values of the law: {country.capitalize()}\n",
        "Each value is in force from a day (to a day) and known from a day. *verified* says how far it was held against its",
        f"source: {marks}.",
        "What is not `yes` awaits confirmation by whoever issues it.\n",
    ]
    for parameter in sorted(policies.parameters.values(), key=lambda each: each.id):
        lines += [
            f"## {parameter.id}\n",
            f'{parameter.title.en} · <span dir="rtl" lang="ur">{parameter.title.ur}</span>\n',
            "| for | value | from | to | known | status | provision | source | verified |",
            "|---|---:|---|---|---|---|---|---|---|",
        ]
        for value in parameter.values:
            cells = [
                " ".join(value.key),
                str(value.value),
                str(value.valid_from),
                str(value.valid_to or ""),
                f"{value.known_from}" + (f" to {value.known_to}" if value.known_to else ""),
                value.status,
                " ".join(filter(None, [value.citation.instrument, value.citation.provision])),
                value.citation.source,
                value.citation.verified,
            ]
            lines.append("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def two_countries() -> str:
    """One person under the rules of two countries."""
    from mazdoor.rules.comparing import comparison_page

    return comparison_page()


def pakistan() -> str:
    """Pakistan's law: what is coded, what is not, what to confirm."""
    from tools.law_page import law_page

    return law_page()


PAGES: dict[str, Callable[[], str]] = {
    "docs/refusals.md": refusals,
    "docs/states.md": states,
    "docs/cli.md": command_line,
    "docs/law/values.md": values,
    "docs/rules/mistakes.md": mistakes,
    "docs/law/pakistan.md": pakistan,
    "docs/law/values-india.md": lambda: values("india"),
    "docs/law/two-countries.md": two_countries,
    "docs/rules/language.md": language,
}


def _text(page: Callable[[], str]) -> str:
    return NOTE + page().rstrip() + "\n"


def write() -> None:
    """Write every page anew."""
    for name, page in PAGES.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(page), encoding="utf-8")


def stale() -> list[str]:
    """Pages that do not say what the code says."""
    return [
        f"{name} is stale: run `make docs`"
        for name, page in PAGES.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != _text(page)
    ]


if __name__ == "__main__":
    write()
    sys.exit(0)
