"""The page of every mistake ``mazdoor rules check`` tells: from the catalogue of codes and the mistakes planted in the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PLANTED = ROOT / "tests" / "rules" / "mistakes"


def mistakes() -> str:
    """The page: for each code what it means, and one planted mistake with its message and repair."""
    from mazdoor.rules.mistakes.codes import CODES

    examples: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(PLANTED.glob("*.yaml")):
        if path.stem != "good":
            for each in yaml.safe_load(path.read_text(encoding="utf-8")):
                examples.setdefault(each["code"], []).append(each)
    planted = sum(map(len, examples.values()))
    lines = [
        "# What `mazdoor rules check` tells\n",
        f"{len(CODES)} kinds of mistake, each with a stable code; {planted} planted mistakes in `tests/rules/mistakes` hold",
        "place, message and repair. An *error* keeps a policy from being used; a *warning* does not. Warnings of clauses and",
        "branches that can never decide are told only where that is proven for all facts, dates and values.\n",
        "| code | means | written | told | repair |",
        "|---|---|---|---|---|",
    ]
    for code, meaning in CODES.items():
        example = min(examples[code], key=lambda each: len(_written(each)))
        severity = " (warning)" if example["severity"] == "warning" else ""
        cells = [f"`{code}`{severity}", meaning, f"`{_written(example)}`", example["message"], example["repair"]]
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines)


def _written(example: dict[str, Any]) -> str:
    for key in ("clause", "home", "amount", "definition"):
        if key in example:
            return str(example[key])
    if "change" in example:
        return str(example["change"][0][1]) or "(left out) " + str(example["change"][0][0])
    return "(left out) " + str(example["cut_from"])


def _cell(text: str) -> str:
    shown = " ".join(text.split()).replace("|", "\\|")
    return shown if len(shown) <= 160 else shown[:157] + "…" + ("`" if shown.startswith("`") else "")
