"""The tables of the pages of files: what was sent, what was found in a file, whom its rows may be."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.delivery.registration.files import columns as naming
from mazdoor.delivery.registration.files import selectors
from mazdoor.delivery.registration.files.returning import refusal_of
from mazdoor.delivery.registration.files.selectors import FileRow
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.tables import Column, Table

STATES = {
    "sent": gettext_lazy("waits for its columns"),
    "confirmed": gettext_lazy("under way"),
    "done": gettext_lazy("done"),
    "refused": gettext_lazy("refused"),
}
KINDS = {
    "problem": gettext_lazy("refused"),
    "warning": gettext_lazy("registered and flagged"),
    "repair": gettext_lazy("read with a repair"),
}
SHARED = {
    "cnic": gettext_lazy("the CNIC"),
    "mobile": gettext_lazy("the telephone and more"),
    "name": gettext_lazy("names, birth and district"),
}


def sent(rows: list[FileRow]) -> Table:
    """The files an officer sent."""
    return Table(
        name="files",
        caption=_("Files you sent"),
        note=_("the newest first"),
        columns=[
            Column(
                _("Number"),
                lambda r: r.import_id,
                "code",
                link=lambda r: reverse("web:file", args=[r.import_id]),
                head=True,
            ),
            Column(_("Sent"), lambda r: r.sent_at, "moment"),
            Column(_("Kind"), lambda r: r.kind.upper(), "code"),
            Column(_("State"), lambda r: STATES[r.state]),
            Column(_("Rows"), lambda r: r.rows_total, "number"),
            Column(_("Registered"), lambda r: r.rows_entered, "number"),
            Column(_("Here already"), lambda r: r.rows_already, "number"),
            Column(_("Refused"), lambda r: r.rows_refused, "number"),
        ],
        rows=rows,
    )


def _name_of_column(name: str) -> str:
    for column in naming.columns_of(get_questionnaire()):
        if column.name == name:
            return naming.label(column, formats.language())
    return _("the row as such")


def found(import_id: int) -> Table:
    """How often each thing was found in a file, by column."""
    # What was refused is what somebody has to mend: it stands before what was only told.
    rows = sorted(selectors.what_was_found(import_id=import_id), key=lambda r: list(KINDS).index(r["kind"]))
    language = formats.language()
    return Table(
        name="found",
        caption=_("What was found"),
        note=_("what was refused first"),
        columns=[
            Column(_("Column"), lambda r: _name_of_column(r["column"]), head=True),
            Column(_("What"), lambda r: refusal_of(r["code"], r["details"]).cause(language)),
            Column(_("Code"), lambda r: r["code"], "code"),
            Column(_("What became of the row"), lambda r: KINDS[r["kind"]]),
            Column(_("Rows"), lambda r: r["rows"], "number"),
            Column(_("First in row"), lambda r: r["first_row"], "number"),
        ],
        rows=rows,
    )


def likely(import_id: int) -> Table:
    """Rows of a file that are likely somebody registered before."""
    return Table(
        name="likely",
        caption=_("Rows that may be somebody registered before"),
        note=_("both records stand until a verifier decides"),
        columns=[
            Column(_("Row"), lambda r: r["row"], "number", head=True),
            Column(
                _("Registered now"),
                lambda r: r["person_id"],
                "code",
                link=lambda r: reverse("web:person", args=[r["person_id"]]),
            ),
            Column(
                _("Before"),
                lambda r: r["other_person_id"] or reference.area_name(r["district"], formats.language()),
                "code",
                link=lambda r: reverse("web:person", args=[r["other_person_id"]]) if r["other_person_id"] else None,
            ),
            Column(_("They share"), lambda r: SHARED[r["why"]]),
        ],
        rows=selectors.likely_duplicates(import_id=import_id),
    )
