"""What runs behind: answers and notices sent, tried again, and exchanges of long ago forgotten."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as_system
from mazdoor.interfaces.dci import exchanges, notices, postings
from mazdoor.journal.services import put_behind


@app.task(name="dci.send")
def send(*, posting_id: int) -> None:
    """Send one message that has just been made."""
    postings.send_posting(posting_id=posting_id)


def send_soon(posting_id: int) -> None:
    """Put the sending of a message behind, in the caller's transaction."""
    put_behind(send, key=f"posting:{posting_id}", posting_id=posting_id)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="dci.due", pass_context=False)
def send_what_is_due(timestamp: int = 0) -> None:
    """Each minute: gather notices that are due, and try again what was not taken."""
    with acting_as_system(reason="dci:due"):
        notices.take_due()
    postings.send_due()


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="dci.forget", pass_context=False)
def forget_old(timestamp: int = 0) -> None:
    """Each night: exchanges whose status need not be known any more."""
    while exchanges.forget_old():
        pass
