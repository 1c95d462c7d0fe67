"""A reform beside the law as it stands: cost, and who gains and loses, unit by unit."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.rules import small

from mazdoor.rules import write_snapshot
from mazdoor.simulation import compare


def test_a_reform_is_set_beside_the_law_as_it_stands(tmp_path: Path) -> None:
    law = small.policy({}, clause="whole <= 10", amount="money")
    reform = small.policy({}, clause="whole <= 20 and other > 0", amount="min(money, Rs 500)")
    things = [
        {"thing_id": "stays", "whole": 5, "other": 1, "money": 40_000},
        {"thing_id": "gets less", "whole": 5, "other": 1, "money": 60_000},
        {"thing_id": "gains", "whole": 15, "other": 1, "money": 30_000},
        {"thing_id": "loses", "whole": 5, "other": 0, "money": 20_000},
        {"thing_id": "is asked", "whole": 5, "money": 10_000},
        {"thing_id": "stays out", "whole": 50, "other": 1, "money": 10_000},
    ]
    snapshot = write_snapshot(law, small.complete(law, {"things": things}), tmp_path / "snapshot")
    found = compare(law, reform, "p", snapshot, at=small.AT, work=tmp_path)
    line = found.total
    assert (line.units, line.eligible_before, line.eligible_after) == (6, 4, 3)
    assert (line.gained, line.lost, line.more, line.less, line.opened) == (1, 1, 0, 1, 1)
    assert line.cost_before == Decimal(400 + 600 + 200 + 100)
    assert line.cost_after == Decimal(400 + 500 + 300)
    assert line.cost_change == Decimal(-100)
    assert found.baseline.rule_hash != found.reform.rule_hash


def test_the_same_law_twice_changes_nothing(tmp_path: Path) -> None:
    law = small.policy({}, clause="whole <= 10", amount="money")
    things = [{"thing_id": str(number), "whole": number, "money": 100 * number} for number in range(30)]
    snapshot = write_snapshot(law, small.complete(law, {"things": things}), tmp_path / "snapshot")
    line = compare(law, law, "p", snapshot, at=small.AT, work=tmp_path).total
    assert (line.gained, line.lost, line.more, line.less, line.opened, line.cost_change) == (0, 0, 0, 0, 0, 0)
