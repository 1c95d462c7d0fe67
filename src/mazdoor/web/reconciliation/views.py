"""The conservation sum, what banks sent, and the exceptions a person closes."""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mazdoor.access.services import acting_as
from mazdoor.delivery.payments.services import ConservationSum, conservation
from mazdoor.delivery.reconciliation import selectors as reconciliation
from mazdoor.delivery.reconciliation import services
from mazdoor.delivery.reconciliation.selectors import ExceptionRow
from mazdoor.kernel.refusals import Refusal
from mazdoor.web.forms import missing, problems
from mazdoor.web.middleware import own_transactions
from mazdoor.web.officers import get_officer
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table

SHOWN = 100


class ResolveForm(forms.Form):
    """What came of an exception."""

    resolution = forms.ChoiceField(
        label=gettext_lazy("What came of it?"),
        widget=forms.RadioSelect,
        choices=[
            ("noted", gettext_lazy("Nothing is to be done; it is understood")),
            ("settled_with_bank", gettext_lazy("It was settled with the bank")),
        ],
        error_messages=missing(gettext_lazy("Say what came of it.")),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        help_text=gettext_lazy("No names or account numbers."),
        error_messages=missing(gettext_lazy("Write in a few words what came of it.")),
    )


def _sum_table(found: ConservationSum) -> Table:
    amounts, ledger, counts = asdict(found.amounts), asdict(found.ledger), asdict(found.counts)
    return Table(
        name="conservation",
        caption=_("Does the money add up?"),
        note=_("each line asked for on its own; amounts in rupees"),
        columns=[
            Column(_("Term"), lambda term: f"term_{term}", "state", head=True),
            Column(_("Entitlements"), lambda term: counts[term], "number"),
            Column(_("In the payment tables"), lambda term: amounts[term], "money"),
            Column(_("In the ledger"), lambda term: ledger[term], "money"),
        ],
        rows=list(amounts),
    )


def _exceptions_table(rows: list[ExceptionRow], *, resolves: bool) -> Table:
    return Table(
        name="exceptions",
        caption=_("What a person must look at"),
        note=_("the oldest first"),
        columns=[
            Column(
                _("Number"),
                lambda e: e.exception_id,
                "code",
                link=(lambda e: reverse("web:exception", args=[e.exception_id])) if resolves else None,
            ),
            Column(_("What is wrong"), lambda e: f"exception_{e.kind}", "state", head=True),
            Column(_("Bank"), lambda e: e.bank_code, "code"),
            Column(_("Reference"), lambda e: e.reference, "code"),
            Column(_("Amount (Rs)"), lambda e: e.amount, "money"),
            Column(_("Since"), lambda e: e.raised_at, "moment"),
        ],
        rows=rows,
    )


def _messages_table() -> Table:
    return Table(
        name="bank-messages",
        caption=_("What banks sent"),
        note=_("the newest first"),
        columns=[
            Column(_("Bank"), lambda m: m.bank_code, "code"),
            Column(_("Kind"), lambda m: f"message_{m.kind}", "state", head=True),
            Column(_("Reference"), lambda m: m.reference, "code"),
            Column(_("Lines"), lambda m: m.lines, "number"),
            Column(_("Taken"), lambda m: m.applied, "number"),
            Column(_("Known already"), lambda m: m.repeated, "number"),
            Column(_("Exceptions"), lambda m: m.exceptions, "number"),
            Column(_("Closing balance (Rs)"), lambda m: m.closing_amount, "money"),
            Column(_("Received"), lambda m: m.imported_at, "moment"),
        ],
        rows=reconciliation.list_messages(limit=SHOWN),
    )


@require_GET
@needs("reconciliation.read")
def page(request: HttpRequest) -> HttpResponse:
    """Everything about whether money arrived. A sum that does not hold is said in red, not hidden by an error page."""
    found, trouble = None, ""
    try:
        found = conservation()
    except Refusal as refusal:
        trouble = refusal_sentence(refusal)
    exceptions = _exceptions_table(
        reconciliation.list_exceptions(limit=SHOWN), resolves=may(request, "reconciliation.resolve")
    )
    sent = _messages_table()
    total = _sum_table(found) if found else None
    if file := asked_file(request, *(table for table in (total, exceptions, sent) if table)):
        return file
    return show(
        request,
        "web/reconciliation/page.html",
        title=_("Reconciliation"),
        here="reconciliation",
        found=found,
        trouble=trouble,
        total=total,
        exceptions=exceptions,
        sent=sent,
    )


def _find(exception_id: int) -> ExceptionRow:
    for row in reconciliation.list_exceptions(open_only=False, limit=10_000):
        if row.exception_id == exception_id:
            return row
    raise Http404


def _exception_page(request: HttpRequest, exception_id: int, form: ResolveForm, *, status: int = 200) -> HttpResponse:
    row = _find(exception_id)
    return show(
        request,
        "web/reconciliation/exception.html",
        title=_("Exception %(number)s") % {"number": exception_id},
        here="reconciliation",
        above=above(_("Reconciliation"), "web:reconciliation"),
        status=status,
        row=row,
        kind=f"exception_{row.kind}",
        form=form,
        problems=problems(form) if form.is_bound else [],
    )


@require_GET
@needs("reconciliation.read")
def exception(request: HttpRequest, exception_id: int) -> HttpResponse:
    """One exception, with the form to close it."""
    return _exception_page(request, exception_id, ResolveForm())


@own_transactions
@require_POST
@needs("reconciliation.resolve")
def resolve(request: HttpRequest, exception_id: int) -> HttpResponse:
    """Close an exception with what came of it."""
    officer = get_officer(request)
    form = ResolveForm(request.POST)
    if not form.is_valid():
        with acting_as(officer_id=officer.pk):
            return _exception_page(request, exception_id, form, status=422)
    services.resolve_exception(exception_id=exception_id, officer_id=officer.pk, **form.cleaned_data)
    messages.success(request, _("The exception is closed."))
    return redirect("web:reconciliation")


@own_transactions
@require_POST
@needs("reconciliation.resolve")
def try_again(request: HttpRequest, exception_id: int) -> HttpResponse:
    """Take what the bank said after all, where it fits now."""
    services.try_exception_again(exception_id=exception_id, officer_id=get_officer(request).pk)
    messages.success(request, _("What the bank said has been taken."))
    return redirect("web:reconciliation")
