"""The list of requests by SMS, by district and age, and one request in hand."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.registration import drafts, interest_list
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.officers import name_of_officer
from mazdoor.web.permits import needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table

SHOWN = 50
BANDS = {
    "days": gettext_lazy("up to 3 days"),
    "week": gettext_lazy("4 to 7 days"),
    "month": gettext_lazy("8 to 30 days"),
    "longer": gettext_lazy("over 30 days"),
}
LANGUAGES = {"en": gettext_lazy("English"), "ur": gettext_lazy("Urdu"), "ur-Latn": gettext_lazy("Roman Urdu")}


class PartForm(forms.Form):
    """What part of the list is shown."""

    area = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    band = forms.ChoiceField(label=gettext_lazy("How long it waits"), required=False)

    def __init__(self, data: Any, districts: list[str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        language = formats.language()
        area: Any = self.fields["area"]
        area.choices = [("", _("all"))] + [
            (code or "none", reference.area_name(code, language) if code else _("not told")) for code in districts
        ]
        band: Any = self.fields["band"]
        band.choices = [("", _("all"))] + [(code, str(word)) for code, word in BANDS.items()]

    def narrowed(self) -> dict[str, str]:
        """The part asked for; what is not on the lists counts as all."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


def _area(code: str) -> str:
    return reference.area_name(code, formats.language()) if code else _("not told")


def _table(rows: list[Any]) -> Table:
    return Table(
        name="requests-by-message",
        caption=_("Asked to be registered"),
        columns=[
            Column(
                _("CNIC"), lambda r: r["cnic"], "code", head=True, link=lambda r: reverse("web:interest", args=[r["interest_id"]])
            ),
            Column(_("Mobile number"), lambda r: r["mobile"], "code"),
            Column(_("District"), lambda r: _area(r["area_code"])),
            Column(_("Writes in"), lambda r: str(LANGUAGES.get(r["language"], r["language"]))),
            Column(_("State"), lambda r: f"interest_{r['state']}", "state"),
            Column(_("Since"), lambda r: r["received_at"], "day"),
            Column(_("Days"), lambda r: r["days"], "number"),
        ],
        rows=rows,
        note=_("the oldest %(limit)s") % {"limit": SHOWN} if len(rows) == SHOWN else "",
    )  # fmt: skip


def _districts(rows: list[dict[str, Any]]) -> Table:
    return Table(
        name="requests-by-district",
        caption=_("How many wait, by district"),
        columns=[
            Column(_("District"), lambda r: _area(r["area"]), head=True),
            Column(_("Waiting"), lambda r: r["waiting"], "number"),
            Column(_("in hand"), lambda r: r["taken_up"], "number"),
            Column(_("Oldest (days)"), lambda r: r["oldest"], "number"),
        ],
        rows=rows,
    )


@require_GET
@needs("registration.register")
def page(request: HttpRequest) -> HttpResponse:
    """Who asked by SMS, the longest waiting first."""
    by_area = interest_list.interests_by_area()
    chosen = PartForm(request.GET, [row["area"] for row in by_area])
    part = chosen.narrowed()
    table, districts = _table(interest_list.list_interests(**part, limit=SHOWN)), _districts(by_area)
    if file := asked_file(request, table, districts):
        return file
    return show(
        request,
        "web/interests/list.html",
        title=_("Requests by SMS"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        table=table,
        districts=districts,
        filter=chosen,
        narrowed=any(part.values()),
    )


@require_GET
@needs("registration.register")
def interest(request: HttpRequest, interest_id: int) -> HttpResponse:
    """One request, masked until it is taken up."""
    row = interest_list.find_interest(interest_id=interest_id)
    if row is None:
        messages.info(request, _("This request is closed: registered, withdrawn, or not in your area."))
        return redirect("web:interests")
    mine = row["taken_up_by_officer_id"] == request.user.pk
    holder = row["taken_up_by_officer_id"]
    language = formats.language()
    return show(
        request,
        "web/interests/interest.html",
        title=_("A request by SMS"),
        here="registration",
        above=above(_("Requests by SMS"), "web:interests"),
        row=row,
        language=LANGUAGES.get(row["language"], row["language"]),
        mine=mine,
        holder="" if mine else name_of_officer(holder),
        opened=interest_list.take_up(interest_id=interest_id) if mine else None,
        district_list=[
            (area.code, reference.area_name(area.code, language)) for area in reference.areas(level="district")
        ],
    )


@require_POST
@needs("registration.register")
def act(request: HttpRequest, interest_id: int) -> HttpResponse:
    """Take up, register, hand to a district, put back, or end."""
    what = request.POST.get("act", "")
    try:
        with transaction.atomic():
            if what == "take_up":
                interest_list.take_up(interest_id=interest_id)
            elif what == "register":
                opened = interest_list.take_up(interest_id=interest_id)
                begun = drafts.begin_draft(
                    form={
                        "household": {"area_code": opened.area_code} if opened.area_code else {},
                        "people": [{"relationship": "head", "cnic": opened.cnic, "mobile": opened.mobile}],
                    }
                )
                return redirect("web:register-step", begun.draft_id, "household")
            elif what == "area":
                interest_list.give_area(interest_id=interest_id, area_code=request.POST.get("area_code", ""))
                messages.success(request, _("The request is on the list of that district now."))
            elif what in ("waiting", "withdrawn"):
                interest_list.move_interest(interest_id=interest_id, state=what)
                done = _("Put back on the list.") if what == "waiting" else _("The request is ended.")
                messages.success(request, done)
                return redirect("web:interests")
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
        return redirect("web:interests")
    return redirect("web:interest", interest_id)
