"""Lists of people brought in from files, at the registrar's desk.

The bytes are kept and the headings looked at while the officer waits; reading, checking and entering is background work, so
these views only ask for it and show how far it is. No page and no address holds a cell of a file; its headings are shown.
"""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.delivery.registration.files import columns as naming
from mazdoor.delivery.registration.files import selectors, services
from mazdoor.delivery.registration.files.selectors import FileRow, Underway
from mazdoor.delivery.registration.files.template import template_bytes
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.delivery.registration.refusals_files import FILE_TOO_LONG
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.files import tables
from mazdoor.web.forms import Problem, missing, problems
from mazdoor.web.permits import needs
from mazdoor.web.shell import above, kept_refusal, refusal_sentence, show

MOST_MB = 500
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
REMARKS = {
    "separator_line": gettext_lazy("Its first line named the separator and was passed over."),
    "formulas": gettext_lazy("Cells with formulas were read as the value last shown in them."),
    "merged": gettext_lazy("Merged cells were read as if each row of them said the same."),
}


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File of people"),
        help_text=gettext_lazy("CSV or Excel workbook (.xlsx), one person in each row."),
        error_messages=missing(gettext_lazy("Choose the file to send."))
        | {"empty": gettext_lazy("The file is empty.")},
    )


@require_http_methods(["GET", "POST"])
@needs("registration.register")
def files(request: HttpRequest) -> HttpResponse:
    """The files that were sent, and the form to send the next."""
    form = FileForm(request.POST or None, request.FILES or None)
    found: list[Problem] = []
    if request.method == "POST":
        found = problems(form)
        if not found:
            upload = form.cleaned_data["file"]
            if upload.size > MOST_MB * 1_000_000:
                found = [("id_file", refusal_sentence(FILE_TOO_LONG.because(most=MOST_MB)))]
            else:
                try:
                    number = services.receive_file(blocks=upload.chunks())
                except Refusal as refusal:
                    found = [("id_file", refusal_sentence(refusal))]
                else:
                    return redirect("web:file", number)
    return show(
        request,
        "web/files/list.html",
        title=_("Files of people"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        status=422 if found else 200,
        form=form,
        problems=found,
        table=tables.sent(selectors.list_files()),
    )


@require_GET
@needs("registration.register")
def file(request: HttpRequest, import_id: int) -> HttpResponse:
    """One file: its columns to confirm, or how far it is and what was found."""
    row = selectors.get_file(import_id=import_id)
    if row.state == "sent":
        return _columns_page(request, row)
    return show(
        request,
        "web/files/file.html",
        title=_("File %(number)s") % {"number": import_id},
        here="registration",
        above=above(_("Files of people"), "web:files"),
        row=row,
        state=tables.STATES[row.state],
        remarks=_remarks(row),
        found=tables.found(import_id),
        likely=tables.likely(import_id),
        returned=selectors.find_returned(import_id=import_id) is not None,
        refused=_refused(row),
        **_work(import_id, row),
    )


def _work(import_id: int, row: FileRow) -> dict[str, Any]:
    work: Underway | None = selectors.find_work(import_id=import_id)
    return {"work": work, "may_go_on": row.state == "confirmed" and not (work and work.under_way)}


def _refused(row: FileRow) -> str:
    return kept_refusal(row.refusal_code, row.refusal_details)


def _remarks(row: FileRow) -> list[str]:
    found = []
    for remark in row.remarks:
        name, _sign, detail = remark.partition(":")
        if name == "encoding":
            found.append(_("Its letters were written as %(encoding)s and read as such.") % {"encoding": detail})
        elif name in REMARKS:
            found.append(str(REMARKS[name]))
    return found


def _choices() -> list[tuple[str, str]]:
    language = formats.language()
    special = [
        (name, naming.special_words(name).in_language(language)) for name in (naming.HOUSEHOLD_KEY, naming.ROW_KEY)
    ]
    return [("", _("Leave out")), *special] + [
        (column.name, naming.label(column, language)) for column in naming.columns_of(get_questionnaire())
    ]


def _columns_page(
    request: HttpRequest, row: FileRow, *, found: list[Problem] | None = None, chosen: list[str] | None = None
) -> HttpResponse:
    guesses = services.guesses_of(row.import_id)
    return show(
        request,
        "web/files/columns.html",
        title=_("Which column is which?"),
        here="registration",
        above=above(_("Files of people"), "web:files"),
        status=422 if found else 200,
        row=row,
        remarks=_remarks(row),
        choices=_choices(),
        headings=[
            (place, guess.heading, (chosen or [g.column for g in guesses])[place], guess.sure)
            for place, guess in enumerate(guesses)
        ],
        unsure=sum(1 for guess in guesses if guess.column and not guess.sure),
        lacking=[
            naming.label(column, formats.language())
            for column in naming.lacking(chosen or [g.column for g in guesses], get_questionnaire())
        ],
        problems=found or [],
    )


@require_POST
@needs("registration.register")
def confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Settle the columns and let the file be brought in."""
    row = selectors.get_file(import_id=import_id)
    chosen = [request.POST.get(f"column{place}", "") for place in range(len(row.mapping))]
    try:
        services.confirm_columns(import_id=import_id, mapping=chosen)
    except Refusal as refusal:
        return _columns_page(request, row, found=[("", refusal_sentence(refusal))], chosen=chosen)
    services.ask_to_import(import_id=import_id)
    messages.success(request, _("The columns are settled. The file is brought in behind; you may leave this page."))
    return redirect("web:file", import_id)


@require_POST
@needs("registration.register")
def go_on(request: HttpRequest, import_id: int) -> HttpResponse:
    """Go on with a file that was cut off."""
    services.ask_to_import(import_id=import_id)
    return redirect("web:file", import_id)


@require_GET
@needs("registration.register")
def progress(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far it is, for the page to ask again and again; once it has ended, the page comes anew."""
    row = selectors.get_file(import_id=import_id)
    context = _work(import_id, row)
    response = render(request, "web/files/progress.html", {"row": row, **context})
    if not (context["work"] and context["work"].under_way):
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
@needs("registration.register")
def returned(request: HttpRequest, import_id: int) -> HttpResponse:
    """The refused rows with their reasons."""
    path = selectors.find_returned(import_id=import_id)
    if path is None:
        return redirect("web:file", import_id)
    kind = path.suffix[1:]
    answer: Any = FileResponse(
        path.open("rb"), as_attachment=True, filename=f"returned-{import_id}.{kind}", content_type=TYPES[kind]
    )
    return cast(HttpResponse, answer)


@require_GET
@needs("registration.register")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The file to fill in, in the reader's language."""
    kind = kind if kind in TYPES else "csv"
    response = HttpResponse(template_bytes(kind, language=formats.language()), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="mazdoor-people.{kind}"'
    return response
