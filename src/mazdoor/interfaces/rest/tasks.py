"""What runs behind: files of other systems brought in, each in the name of the system that sent it."""

from __future__ import annotations

from typing import Final

from procrastinate.contrib.django import app

from mazdoor.delivery.registration.files.tasks import bring_in_as
from mazdoor.interfaces.clients.selectors import find_client
from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.rest import refusals
from mazdoor.journal.services import AGAIN

IMPORTING: Final = "rest.import"


@app.task(name=IMPORTING, retry=AGAIN)
def bring_in(*, import_id: int, client_id: int) -> None:
    """Bring a file in, acting as the system that sent it. One whose system was revoked meanwhile stays where it is."""
    client = find_client(client_id=client_id)
    if client is None:
        raise refusals.SUBMISSION_UNKNOWN.because()
    bring_in_as(import_id=import_id, acting=lambda: acting_as_client(client))
