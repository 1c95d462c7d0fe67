"""The chain with an identity authority that matches nobody: it stands still where it must."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.acceptance.conftest import walk_the_chain


def test_where_the_authority_matches_nobody_nobody_is_verified_and_nobody_is_paid(
    fresh_database: Any, tmp_path: Path
) -> None:
    ours = {name: value for name, value in fresh_database.environment.items() if not name.startswith("DJANGO_")}
    report, _ = walk_the_chain(ours, tmp_path, "--workers", "300", "--seed", "5", "--refuse-everybody")
    counts = {step["name"]: step["count"] for step in report["steps"]}
    assert counts["registered"] > 300
    assert (counts["verified"], counts["accounts"], counts["enrolled"], counts["paid"], counts["reconciled"]) == (
        0,
    ) * 5
    assert report["money"]["entitled"] == report["money"]["settled"] == 0
