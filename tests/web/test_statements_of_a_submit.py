"""What the last step of a registration asks of the database, counted on the wire, whichever cursor it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.pq import Trace
from tests.cast.forms import form, put
from tests.web import wizard
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import consent_notices
from mazdoor.delivery.registration.models import Person
from mazdoor.reference import selectors
from mazdoor.reference import services as reference

MOST, TRIPS = 12, 11
"""As docs/performance.md has it: two of the statements begin and commit, and the first goes with what begins there."""


@contextmanager
def sent(path: Path) -> Iterator[list[str]]:
    """What was sent meanwhile, as libpq writes it down: each query, each prepared one that is executed, and each ``Sync``
    after which the answer is waited for."""
    lines: list[str] = []
    wire: Any = connection.connection
    with path.open("w+b") as out:
        wire.pgconn.trace(out.fileno())
        wire.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield lines
        finally:
            wire.pgconn.untrace()
        out.seek(0)
        lines += re.findall(r"^F\t\d+\t(?:Query|Execute|Sync)\b.*", out.read().decode(errors="replace"), re.MULTILINE)


@pytest.mark.django_db(transaction=True)
def test_the_last_step_of_a_registration_takes_twelve_statements(
    at_desk: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent_notices, "_written", set())  # what is remembered of this database goes with it
    selectors.forget()  # an earlier test's lists were rolled back with it
    with acting_as_system(reason="test"):
        reference.load()
    client = at_desk("registrar")
    counts = []
    for number, name in enumerate(("Nasreen", "Kaneez", "Rukhsana")):
        draft = wizard.begin(client)
        surname = ("Akhtar", "Bano", "Shaheen")[number]
        said = form(people0__given_name=name, people0__surname=surname, people0__cnic=f"0{number}345-1234567-2")
        put(said, "people0.mobile", f"0301 765432{number}")
        wizard.fill_all(client, draft, said)
        address = f"/registry/register/{draft}/check/"
        looked = {"looked": "yes", "shown": wizard.shown(client.get(address).content.decode())}
        with sent(tmp_path / "wire") as wire:
            done = client.post(address, looked)
        assert done["Location"] == "/registry/registered/"
        statements = [line for line in wire if "\tSync" not in line]
        queries = sum("\tQuery" in line for line in wire)  # each is waited for as well
        counts.append((len(statements), queries + len(wire) - len(statements)))
    with acting_as_system(reason="test"):
        assert Person.objects.count() == 6
    assert "COMMIT" in statements[-1]
    assert counts[1:] == [(MOST, TRIPS)] * 2, wire  # the first of a process also keeps the words of consent
