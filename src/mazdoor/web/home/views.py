"""The first page: the chain as it stands, and what the desk should do next."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.casework import selectors as casework
from mazdoor.casework.changes import selectors as changes
from mazdoor.reference import selectors as reference
from mazdoor.web import chain, formats
from mazdoor.web.desks import DESKS
from mazdoor.web.officers import SignedIn, get_officer
from mazdoor.web.shell import asked_file, show
from mazdoor.web.tables import Column, Table


@dataclass(frozen=True)
class TaskLine:
    """One piece of work with how much of it waits (``None`` where nothing is counted)."""

    label: str
    hint: str
    address: str
    waits: int | None


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where every officer begins."""
    officer = get_officer(request)
    links = chain.ribbon(officer)
    waiting = {link.name: link.waiting for link in links}
    waiting["casework"] = casework.count_open()  # beside the chain: any link may be what a case is about
    waiting["changes"] = changes.count_open()
    table = Table(
        name="chain",
        caption=_("The chain as it stands"),
        columns=[
            Column(_("Link"), lambda link: link.word, head=True, link=lambda link: link.address or None),
            Column(_("The question it answers"), lambda link: link.question),
            Column(_("Have come this far"), lambda link: link.standing.reached, "number"),
            Column(_("Wait for a person"), lambda link: link.waiting, "number"),
        ],
        rows=links,
    )
    if file := asked_file(request, table):
        return file
    desk = DESKS[officer.desk]
    tasks = [
        TaskLine(str(task.label), str(task.hint), reverse(task.address_name), waiting.get(task.waits_at))
        for task in desk.tasks
    ]
    return show(
        request,
        "web/home.html",
        title=_("Today"),
        tasks=tasks,
        table=table,
        desk=desk.name,
        areas=_areas(officer),
    )


def _areas(officer: SignedIn) -> str:
    """The officer's areas by name."""
    language = formats.language()
    if "*" in officer.areas:
        return _("the whole country")
    return _(", ").join(reference.area_name(code, language) for code in officer.areas)
