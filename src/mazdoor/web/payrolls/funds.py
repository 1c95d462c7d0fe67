"""Where the money lies at our banks, and giving some of it to a programme."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.access.services import acting_as
from mazdoor.delivery.payments import selectors as payments
from mazdoor.delivery.payments import services
from mazdoor.kernel.refusals import Refusal
from mazdoor.web.forms import Problem, problems
from mazdoor.web.middleware import own_transactions
from mazdoor.web.officers import get_officer
from mazdoor.web.payrolls.forms import FundForm
from mazdoor.web.permits import may, needs
from mazdoor.web.programmes import words
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table


def _table() -> Table:
    return Table(
        name="funds",
        caption=_("Where the money lies"),
        note=_("in our accounts at the banks; amounts in rupees"),
        columns=[
            Column(
                _("Programme"),
                lambda r: words.title(r.programme_code) if r.programme_code else _("not given to a programme yet"),
                head=True,
            ),
            Column(_("Bank"), lambda r: r.bank_code, "code"),
            Column(_("Free"), lambda r: r.free, "money"),
            Column(_("Blocked for released payrolls"), lambda r: r.blocked, "money"),
        ],
        rows=payments.list_funds(),
    )


def _page(
    request: HttpRequest, form: FundForm, *, found: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    table = _table()
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/payrolls/funds.html",
        title=_("Funds of programmes"),
        here="payments",
        above=above(_("Payrolls"), "web:payrolls"),
        status=status,
        table=table,
        form=form if may(request, "payments.fund") else None,
        problems=found or [],
    )


@require_GET
@needs("payments.read")
def funds(request: HttpRequest) -> HttpResponse:
    """What lies at each bank, for which programme, and the form to give more."""
    return _page(request, FundForm())


@own_transactions
@require_POST
@needs("payments.fund")
def fund(request: HttpRequest) -> HttpResponse:
    """Give a programme money that lies unallocated at a bank."""
    officer = get_officer(request)
    with acting_as(officer_id=officer.pk):
        form = FundForm(request.POST)
        found = problems(form)
        if not found:
            answers = form.cleaned_data
            try:
                services.fund_programme(
                    programme_code=answers["programme"],
                    amounts={answers["bank"]: form.paisa()},
                    key=answers["key"],
                    on=dt.datetime.now(dt.UTC).date(),
                    officer_id=officer.pk,
                )
            except Refusal as refusal:
                found = [("id_rupees", refusal_sentence(refusal))]
            else:
                messages.success(request, _("The money is the programme's now. It is paid out by its next payrolls."))
                return redirect("web:funds")
        return _page(request, form, found=found, status=422)
