"""A transaction in which another system acts: it sees its areas, and of them only who agreed to its purpose.

Areas are held by row-level security, as for officers. Consent is held by the setting ``mazdoor.purpose``, which every
view that other systems' answers are read from compares with the live consent receipt (``dci.person``): where it is not
set, such a view shows nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from mazdoor.database.acting import acting
from mazdoor.database.prepared import ask
from mazdoor.interfaces.clients.models import Client


@contextmanager
def acting_as_client(client: Client, *, purpose: str = "") -> Iterator[None]:
    """Act for ``client``, for one purpose of consent ('' where nobody is read). The journal says which system it was."""
    within = connection.in_atomic_block
    with acting(officer="", areas=client.areas_setting, reason=f"client:{client.code}"):
        if not within:  # a transaction begins without a purpose, and what is set ends with it
            if purpose:
                ask("SELECT set_config('mazdoor.purpose', %s, true)", [purpose])
            yield
            return
        ((before, _),) = ask(
            "SELECT coalesce(current_setting('mazdoor.purpose', true), ''), set_config('mazdoor.purpose', %s, true)",
            [purpose],
        )
        yield
        # After an error the rollback takes the setting with it, so only a good end puts back what was there.
        ask("SELECT set_config('mazdoor.purpose', %s, true)", [before])
