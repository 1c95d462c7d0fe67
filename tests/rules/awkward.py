"""Texts that end a literal, begin a comment or mean something to one engine: each must be that text and nothing else."""

from __future__ import annotations

from typing import Any

from tests.rules import small

from mazdoor.rules import PolicySet

AWKWARD = [
    "plain",
    "it's",
    "''",
    "'; DROP TABLE things; --",
    "a\\b",
    "ends in a backslash\\",
    "\\'",
    "\\n",
    "\\u0041",
    "\\x41",
    "%s %d %",
    "$1 ${x} {x}",
    "{{ x }}",
    "`tick`",
    "$$",
    "/* */ --",
    "مزدور",
    "گھر\u200cدار",
    "کا'م",
    "é",
    "e\u0301",
    "😀",
    "tab\tand\nline",
    " blanks ",
    "NULL",
    ",",
]
"""Written into the rule as literals, and lying in the facts."""


def texts() -> tuple[PolicySet, dict[str, list[dict[str, Any]]], dict[str, dict[str, bool]]]:
    """A rule that asks for each text, a thing with each text, and what must come out: each text is itself alone."""
    written = [text for text in AWKWARD if '"' not in text and "\n" not in text and "\t" not in text]
    formulas = {f"is_{index}": f'code = "{text}"' for index, text in enumerate(written)}
    formulas |= {f"in_{index}": f'code in ("{text}", "never")' for index, text in enumerate(written)}
    formulas |= {f"starts_{index}": f'starts_with(code, "{text}")' for index, text in enumerate(written)}
    policy_set = small.policy(formulas)
    facts = small.complete(
        policy_set, {"things": [{"thing_id": f"t{index}", "code": text} for index, text in enumerate(AWKWARD)]}
    )
    expected = {
        f"t{index}": {
            **{f"is_{number}": code == text for number, text in enumerate(written)},
            **{f"in_{number}": code == text for number, text in enumerate(written)},
            **{f"starts_{number}": code.startswith(text) for number, text in enumerate(written)},
        }
        for index, code in enumerate(AWKWARD)
    }
    return policy_set, facts, expected
