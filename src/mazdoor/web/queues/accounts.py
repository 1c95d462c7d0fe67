"""Accounts: how requests to banks stand, and why banks refused."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.accounts import selectors as accounts
from mazdoor.web.permits import needs
from mazdoor.web.shell import asked_file, show
from mazdoor.web.tables import Column, Table

REQUESTS = ("waiting", "pending", "unknown", "opened", "refused", "withdrawn")


@require_GET
@needs("accounts.read")
def page(request: HttpRequest) -> HttpResponse:
    """Requests by state and refusals by reason, for the officer's areas."""
    counts = accounts.counts()
    requests = Table(
        name="account-requests",
        caption=_("Requests to banks"),
        columns=[
            Column(_("State"), lambda r: f"account_{r[0]}", "state", head=True),
            Column(_("How many"), lambda r: r[1], "number"),
        ],
        rows=[(state, counts[state]) for state in REQUESTS if counts[state]],
    )
    refusals = Table(
        name="account-refusals",
        caption=_("Why banks refused"),
        columns=[
            Column(_("Bank"), lambda r: r["bank_code"], "code", head=True),
            Column(_("Reason"), _reason),
            Column(_("How many"), lambda r: r["number"], "number"),
        ],
        rows=accounts.refusal_reasons(),
    )
    if file := asked_file(request, requests, refusals):
        return file
    return show(
        request,
        "web/queues/accounts.html",
        title=_("Accounts"),
        here="accounts",
        counts=counts,
        under_way=counts["waiting"] + counts["pending"] + counts["unknown"],
        requests=requests,
        refusals=refusals,
    )


def _reason(row: dict[str, Any]) -> str:
    return str(row["reason"]).replace("_", " ")
