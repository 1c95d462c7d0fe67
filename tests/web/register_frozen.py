"""A frozen register large enough that its groups may be shown: sixty households with a pensioner in each."""

from __future__ import annotations

from typing import Any

from tests.simulation import world

from mazdoor.delivery.assessment.models import Snapshot
from mazdoor.delivery.assessment.snapshots import snapshot_folder
from mazdoor.delivery.assessment.states import SnapshotState

HOMES = 60
LAHORE, DADU = "PK61901", "PK70301"


def facts() -> dict[str, list[dict[str, Any]]]:
    """Half in Punjab, half in Sindh; every second pensioner is a woman; the first twenty have a pension above the minimum."""
    found: dict[str, list[dict[str, Any]]] = {
        "households": [],
        "families": [],
        "persons": [],
        "contributions": [],
        "employments": [],
    }
    for n in range(1, HOMES + 1):
        area = LAHORE if n % 2 else DADU
        found["households"].append({"household_id": f"h{n}", "area_code": area, "province_code": area[:3]})
        found["families"].append({"family_id": f"f{n}", "household_id": f"h{n}", "application_route": "none"})
        found["persons"].append(world.person(n, n, born="1965-01-15", sex="female" if n % 4 < 2 else "male"))
        found["contributions"].append(world.insured(n, 150_000 if n <= 20 else 10_000))
        found["employments"].append(world.job(n, "daily_wage", 100 * n, "day"))
    return found


def freeze() -> Snapshot:
    """The snapshot, as assessment would have frozen it."""
    snapshot = Snapshot.objects.create(as_of=world.AT)
    world.snapshot(snapshot_folder(snapshot.pk), facts())
    snapshot.state = SnapshotState.FROZEN
    snapshot.rows_hash = f"{snapshot.pk:064d}"
    snapshot.save()
    return snapshot
