"""The tables of cases: those of one person, and those that wait."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.cases import words
from mazdoor.web.tables import Column, Table

SHOWN = 100


def _case() -> Column:
    return Column(_("Case"), lambda c: c["id"], "code", head=True, link=lambda c: reverse("web:case", args=[c["id"]]))


def of_person(rows: Sequence[Mapping[str, Any]]) -> Table:
    """A person's cases, newest first; what was said stands on the page of each."""
    return Table(
        name="cases",
        caption=_("Appeals and grievances"),
        note=_("the newest first"),
        columns=[
            _case(),
            Column(_("Kind"), lambda c: words.kind(c["kind"])),
            Column(_("About"), lambda c: words.about(c["subject"])),
            Column(_("State"), lambda c: f"case_{c['state']}", "state"),
            Column(_("Opened"), lambda c: c["opened_at"], "day"),
            Column(_("Answered"), lambda c: c["answered_at"], "day"),
        ],
        rows=rows,
    )


def waiting(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Cases that wait for an answer, oldest first."""
    language = formats.language()
    return Table(
        name="open-cases",
        caption=_("Waiting for an answer"),
        columns=[
            _case(),
            Column(_("Kind"), lambda c: words.kind(c["kind"])),
            Column(_("About"), lambda c: words.about(c["subject"])),
            Column(_("Lives in"), lambda c: reference.area_name(c["area_code"], language)),
            Column(_("Opened"), lambda c: c["opened_at"], "day"),
        ],
        rows=rows,
        note=_("the oldest %(limit)s") % {"limit": SHOWN} if len(rows) == SHOWN else "",
    )
