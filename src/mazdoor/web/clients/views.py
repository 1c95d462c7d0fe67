"""The list of other systems, one system, and what waits to be sent to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.interfaces.clients import selectors, services
from mazdoor.interfaces.clients.refusals import CLIENT_UNKNOWN
from mazdoor.interfaces.clients.scopes import PURPOSES, SCOPES
from mazdoor.interfaces.dci import postings
from mazdoor.interfaces.dci.selectors import PostingRow, list_postings
from mazdoor.kernel.refusals import Refusal, Words
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.clients.forms import ClientForm, of_client
from mazdoor.web.forms import Problem, problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

SHOWN = 200
DAYS = 30


def _name(client: Client) -> str:
    return formats.in_script(client.name, client.name_ur)


def _joined(words: Iterable[str]) -> str:
    """Words set in a row, with the comma of the reader's language."""
    return _(", ").join(words)


def _said(codes: list[str], words: dict[str, Words]) -> str:
    return _joined(words[code].in_language(formats.language()) for code in codes if code in words)


def _places(client: Client) -> str:
    if "*" in client.areas:
        return _("The whole country")
    return _joined(reference.area_name(code, formats.language()) for code in client.areas)


def _table() -> Table:
    since = timezone.localdate() - dt.timedelta(days=DAYS)
    clients = selectors.list_clients()
    uses = {client.pk: selectors.use_of(client, since=since) for client in clients}
    return Table(
        name="clients",
        caption=_("Other systems"),
        note=_("those that may connect first; use of the last 30 days"),
        columns=[
            Column(_("System"), _name, head=True, link=lambda c: reverse("web:client", args=[c.code])),
            Column(_("Code"), lambda c: c.code, "code"),
            Column(_("Areas"), _places),
            Column(_("State"), lambda c: "client_revoked" if c.revoked_at else "client_active", "state"),
            Column(_("Requests"), lambda c: uses[c.pk].requests, "number"),
            Column(_("Records given"), lambda c: uses[c.pk].records, "number"),
        ],
        rows=clients,
    )


def _postings_table(client: Client) -> Table:
    return Table(
        name="postings",
        caption=_("Answers and notices sent to it"),
        note=_("the newest first"),
        columns=[
            Column(_("Number"), lambda p: p.posting_id, "code", head=True),
            Column(_("Kind"), lambda p: p.action, "code"),
            Column(_("State"), lambda p: f"posting_{p.state}", "state"),
            Column(_("Tries"), lambda p: p.attempts, "number"),
            Column(_("Made"), lambda p: p.made_at, "moment"),
            Column(_("Last trouble"), lambda p: p.error, "code"),
        ],
        rows=list_postings(client_id=client.pk, limit=SHOWN),
    )


@require_GET
@needs("clients.read")
def page(request: HttpRequest) -> HttpResponse:
    """Every system, and a way to register one."""
    table = _table()
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/clients/list.html",
        title=_("Other systems"),
        table=table,
        may_manage=may(request, "clients.manage"),
    )


@require_http_methods(["GET", "POST"])
@needs("clients.manage")
def add(request: HttpRequest) -> HttpResponse:
    """Register a system; its secret is shown once, on the page that follows the form, and kept nowhere."""
    form = ClientForm(request.POST or None)
    found: list[Problem] = []
    if request.method == "POST":
        found = problems(form)
        if not found:
            try:
                given = services.add_client(**form.cleaned_data)
            except Refusal as refusal:
                found = [("", refusal_sentence(refusal))]
            else:
                return _secret(request, given.client, given.secret)
    return show(
        request,
        "web/clients/form.html",
        title=_("Register a system"),
        above=above(_("Other systems"), "web:clients"),
        status=422 if found else 200,
        form=form,
        problems=found,
        button=_("Register"),
    )


def _secret(request: HttpRequest, client: Client, secret: str) -> HttpResponse:
    return show(
        request,
        "web/clients/secret.html",
        title=_("The secret of %(name)s") % {"name": _name(client)},
        above=above(_("Other systems"), "web:clients"),
        client=client,
        secret=secret,
    )


def _find(code: str) -> Client:
    try:
        return selectors.get_client(code=code)
    except Refusal as refusal:
        if refusal.kind is CLIENT_UNKNOWN:
            raise Http404 from refusal
        raise


@require_GET
@needs("clients.read")
def client(request: HttpRequest, code: str) -> HttpResponse:
    """One system: what it may, what it used, what waits."""
    found = _find(code)
    sent = _postings_table(found)
    if file := asked_file(request, sent):
        return file
    stuck: list[PostingRow] = [row for row in sent.rows if row.state == "stuck"]
    return show(
        request,
        "web/clients/client.html",
        title=_name(found),
        above=above(_("Other systems"), "web:clients"),
        client=found,
        scopes=_said(found.scopes, dict(SCOPES)),
        purposes=_said(found.purposes, dict(PURPOSES)),
        places=_places(found),
        use=selectors.use_of(found, since=timezone.localdate()),
        sent=sent,
        stuck=stuck,
        manages=may(request, "clients.manage") and found.revoked_at is None,
    )


@require_http_methods(["GET", "POST"])
@needs("clients.manage")
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change what a system may do or see, or where it answers."""
    found = _find(code)
    form = ClientForm(request.POST) if request.method == "POST" else ClientForm(initial=of_client(found))
    form.fields["code"].disabled = True
    form.initial["code"] = found.code
    wrong: list[Problem] = []
    if request.method == "POST":
        wrong = problems(form)
        if not wrong:
            values = {name: value for name, value in form.cleaned_data.items() if name != "code"}
            try:
                services.change_client(code=found.code, **values)
            except Refusal as refusal:
                wrong = [("", refusal_sentence(refusal))]
            else:
                messages.success(request, _("The change is in force."))
                return redirect("web:client", found.code)
    return show(
        request,
        "web/clients/form.html",
        title=_("Change %(name)s") % {"name": _name(found)},
        above=above(_name(found), "web:client", found.code),
        status=422 if wrong else 200,
        form=form,
        problems=wrong,
        button=_("Save"),
    )


@require_POST
@needs("clients.manage")
def rotate(request: HttpRequest, code: str) -> HttpResponse:
    """Give a system a new secret."""
    given = services.rotate_secret(code=_find(code).code)
    return _secret(request, given.client, given.secret)


@require_POST
@needs("clients.manage")
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """End a system's access."""
    services.revoke_client(code=_find(code).code)
    messages.success(request, _("The system may no longer connect."))
    return redirect("web:client", code)


@require_POST
@needs("clients.manage")
def send_again(request: HttpRequest, code: str, posting_id: int) -> HttpResponse:
    """Let a stuck message go out again."""
    _find(code)
    postings.send_again(posting_id=posting_id)
    messages.success(request, _("The message is sent again."))
    return redirect("web:client", code)
