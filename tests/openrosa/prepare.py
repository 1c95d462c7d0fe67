"""Run as a process of its own: fills a fresh database with lists, officers and two devices, and prints who they are."""

from __future__ import annotations

import json
import sys
from typing import Any

PASSWORD = "a long test password"


def main() -> None:
    """Prepare, and print JSON."""
    import django

    django.setup()
    from mazdoor.access.services import acting_as_system, ensure_officer
    from mazdoor.interfaces.openrosa.devices import enrol_device
    from mazdoor.reference import services as reference

    told: dict[str, Any] = {}
    with acting_as_system(reason="test"):
        reference.load()
        for username, desk, areas in (
            ("fatima", "registrar", ["PK6"]),
            ("sindhi", "registrar", ["PK7"]),
            ("verifier", "verifier", ["*"]),
            ("admin", "administrator", ["*"]),
        ):
            officer = ensure_officer(
                username=username, full_name=username.title(), desk=desk, areas=areas, password=PASSWORD
            )
            told[username] = officer.pk
        for name in ("fatima", "sindhi"):
            device = enrol_device(name=f"Tablet of {name}", officer_id=told[name])
            told[f"device-{name}"] = [device.username, device.secret, device.device_id]
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
