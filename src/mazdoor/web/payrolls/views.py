"""The list of payrolls, one payroll, and the acts on it.

The acts open transactions of their own, so these views run outside the transaction that otherwise surrounds a request;
the services check who acts, and the database that three persons did. Preparing and sending are only asked for here: a
background worker does them, and the page shows how far it is.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.access.services import acting_as
from mazdoor.delivery.payments import selectors as payments
from mazdoor.delivery.payments import services
from mazdoor.delivery.payments.selectors import FileRow, PayrollPage, PayrollRow, Work
from mazdoor.delivery.reconciliation import tasks as banks
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import states
from mazdoor.web.forms import Problem, problems
from mazdoor.web.middleware import own_transactions
from mazdoor.web.officers import get_officer, officer_name
from mazdoor.web.payrolls.forms import NewPayrollForm, RejectForm
from mazdoor.web.permits import may, needs
from mazdoor.web.programmes import words
from mazdoor.web.shell import above, asked_file, kept_refusal, refusal_sentence, show
from mazdoor.web.tables import Column, Table

TERMS = ("not_yet_instructed", "in_flight", "settled", "returned", "cancelled")


def _list_table(rows: list[PayrollRow]) -> Table:
    return Table(
        name="payrolls",
        caption=_("Payrolls"),
        note=_("the newest first"),
        columns=[
            Column(
                _("Number"), lambda r: r.payroll_id, "code", link=lambda r: reverse("web:payroll", args=[r.payroll_id])
            ),
            Column(_("Programme"), lambda r: words.title(r.programme_code), head=True),
            Column(_("Period"), lambda r: r.period_from, "month"),
            Column(_("State"), lambda r: r.state, "state"),
            Column(_("Beneficiaries"), lambda r: r.entitled_count, "number"),
            Column(_("Entitled (Rs)"), lambda r: r.entitled_total, "money"),
            Column(_("Instructed (Rs)"), lambda r: r.instructed_total, "money"),
            Column(_("Prepared by"), lambda r: officer_name(r.prepared_by)),
            Column(_("Approved by"), lambda r: officer_name(r.approved_by)),
            Column(_("Released by"), lambda r: officer_name(r.released_by)),
        ],
        rows=rows,
    )


@require_GET
@needs("payments.read")
def payrolls(request: HttpRequest) -> HttpResponse:
    """All payrolls, and the form to prepare the next."""
    table = _list_table(payments.list_payrolls())
    if file := asked_file(request, table):
        return file
    return _list_page(request, table, NewPayrollForm())


def _list_page(
    request: HttpRequest, table: Table, form: NewPayrollForm, *, found: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    return show(
        request,
        "web/payrolls/list.html",
        title=_("Payrolls"),
        here="payments",
        status=status,
        table=table,
        form=form if may(request, "payments.prepare") else None,
        problems=found or [],
    )


def _page_tables(page: PayrollPage) -> tuple[Table, Table, Table]:
    """Where its entitlements stand, why some are held, and its files."""
    stands = [(state, *page.states[state]) for state in TERMS if state in page.states]
    return (
        Table(
            name="where-it-stands",
            caption=_("Where the money stands"),
            note=_("in your area; amounts in rupees"),
            columns=[
                Column(_("State"), lambda r: r[0], "state", head=True),
                Column(_("Beneficiaries"), lambda r: r[1], "number"),
                Column(_("Amount"), lambda r: r[2], "money"),
            ],
            rows=stands,
        ),
        Table(
            name="held",
            caption=_("Entitled but not instructed"),
            columns=[
                Column(_("Reason"), lambda r: states.word(r[0]), head=True),
                Column(_("Beneficiaries"), lambda r: r[1], "number"),
                Column(_("Amount"), lambda r: r[2], "money"),
            ],
            rows=[(reason, *page.holds[reason]) for reason in sorted(page.holds)],
        ),
        Table(
            name="files",
            caption=_("Payment files"),
            columns=[
                Column(_("Bank"), lambda f: f.bank_code, "code", head=True),
                Column(_("Message"), lambda f: f.message_id, "code"),
                Column(_("State"), _file_state, "state"),
                Column(_("Payments"), lambda f: f.instruction_count, "number"),
                Column(_("Amount"), lambda f: f.total_amount, "money"),
                Column(_("Sent"), lambda f: f.sent_at, "moment"),
            ],
            rows=page.files,
        ),
    )


def _file_state(file: FileRow) -> str:
    return f"file_{file.state}"


def _payroll_page(
    request: HttpRequest,
    payroll_id: int,
    *,
    reject: RejectForm | None = None,
    found: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    officer = get_officer(request)
    page = payments.get_payroll(payroll_id=payroll_id, officer_id=officer.pk, desk=officer.desk)
    tables = _page_tables(page)
    if file := asked_file(request, *tables):
        return file
    return show(
        request,
        "web/payrolls/payroll.html",
        title=_("Payroll %(number)s") % {"number": payroll_id},
        here="payments",
        above=above(_("Payrolls"), "web:payrolls"),
        status=status,
        page=page,
        row=page.row,
        signed=[officer_name(each) for each in (page.row.prepared_by, page.row.approved_by, page.row.released_by)],
        programme=words.title(page.row.programme_code),
        stands=tables[0],
        held=tables[1],
        files=tables[2],
        reject=reject or RejectForm(),
        problems=found or [],
        **_work_of(payroll_id),
        may_hear=page.row.state == "released" and may(request, "payments.release"),
    )


def _work_of(payroll_id: int) -> dict[str, Any]:
    """What is done behind to this payroll, and the refusal its last work ended with, in the reader's language."""
    work = payments.find_work(payroll_id=payroll_id)
    asking = banks.find_asking()
    return {"work": work, "refused": _refusal_of(work), "asking": asking}


def _refusal_of(work: Work | None) -> str:
    if work is None or not work.error:
        return ""
    return kept_refusal(work.error, work.details) or _(
        "It was stopped by an error (%(kind)s), which is in the log. Nothing is lost: it can be gone on with."
    ) % {"kind": work.error}


@require_GET
@needs("payments.read")
def progress(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """How far the work behind is, for the page to ask again and again; once it has ended, the page comes anew."""
    context = _work_of(payroll_id)
    response = render(request, "web/payrolls/progress.html", {"number": payroll_id, **context})
    if not ((context["work"] and context["work"].under_way) or context["asking"]):
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
@needs("payments.read")
def payroll(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """One payroll."""
    return _payroll_page(request, payroll_id)


@own_transactions
@require_POST
@needs("payments.prepare")
def prepare(request: HttpRequest) -> HttpResponse:
    """Open the cycle, begin a payroll in the officer's name and let it be prepared."""
    officer = get_officer(request)
    form = NewPayrollForm(request.POST)
    found = problems(form)
    if not found:
        first, last = form.period()
        try:
            number = services.begin_payroll(
                programme_code=form.cleaned_data["programme"],
                period_from=first,
                period_to=last,
                kind=form.cleaned_data["kind"],
                officer_id=officer.pk,
            )
        except Refusal as refusal:
            found = [("", refusal_sentence(refusal))]
        else:
            return redirect("web:payroll", number)
    with acting_as(officer_id=officer.pk):
        return _list_page(request, _list_table(payments.list_payrolls()), form, found=found, status=422)


@own_transactions
@require_POST
@needs("payments.prepare")
def go_on(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """Go on preparing where an earlier attempt stopped."""
    services.ask_to_prepare(payroll_id=payroll_id, officer_id=get_officer(request).pk)
    return redirect("web:payroll", payroll_id)


@own_transactions
@require_POST
@needs("payments.release")
def send(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """Let a released payroll's files be written and sent."""
    services.ask_to_send(payroll_id=payroll_id, officer_id=get_officer(request).pk)
    return redirect("web:payroll", payroll_id)


@own_transactions
@require_POST
@needs("payments.release")
def hear(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """Let the banks be asked what became of the files."""
    banks.ask_for_answers(officer_id=get_officer(request).pk)
    return redirect("web:payroll", payroll_id)


@own_transactions
@require_POST
@needs("payments.approve")
def approve(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """Approve a prepared payroll."""
    services.approve_payroll(payroll_id=payroll_id, officer_id=get_officer(request).pk)
    messages.success(request, _("The payroll is approved. A third finance officer releases it."))
    return redirect("web:payroll", payroll_id)


@own_transactions
@require_POST
@needs("payments.release")
def release(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """Release an approved payroll."""
    services.release_payroll(payroll_id=payroll_id, officer_id=get_officer(request).pk)
    messages.success(request, _("The payroll is released and its money is blocked for it. Send it to the banks next."))
    return redirect("web:payroll", payroll_id)


@own_transactions
@require_POST
@needs("payments.approve")
def reject(request: HttpRequest, payroll_id: int) -> HttpResponse:
    """Say no to a payroll, with the reason."""
    officer = get_officer(request)
    form = RejectForm(request.POST)
    if not form.is_valid():
        with acting_as(officer_id=officer.pk):
            return _payroll_page(request, payroll_id, reject=form, found=problems(form), status=422)
    services.reject_payroll(payroll_id=payroll_id, officer_id=officer.pk, reason=form.cleaned_data["reason"])
    messages.success(request, _("The payroll is rejected. Nothing of it will be paid; the month can be prepared anew."))
    return redirect("web:payrolls")
