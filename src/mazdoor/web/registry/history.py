"""The past of a person and of a household: as of a day, and as known on a day."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mazdoor.delivery.registration import history
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words as answers
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.changes import words
from mazdoor.web.forms import day_field
from mazdoor.web.permits import may, needs
from mazdoor.web.registry.person import dwelling
from mazdoor.web.registry.person_tables import beliefs
from mazdoor.web.shell import Above, above, asked_file, show
from mazdoor.web.tables import Column, Table


class MomentForm(forms.Form):
    """Which day in the world, and what was believed on which day."""

    on = day_field(gettext_lazy("As of"), required=False, hint=gettext_lazy("How things stood on this day"))
    known = day_field(
        gettext_lazy("As known on"),
        required=False,
        hint=gettext_lazy("What we believed at the end of this day; empty: what we know now"),
    )

    def day(self) -> dt.date:
        """The day asked about; today where none is."""
        return (self.cleaned_data.get("on") if self.is_valid() else None) or timezone.localdate()

    def moment(self) -> dt.datetime | None:
        """The end of the day whose belief is asked for; ``None`` for what is believed now."""
        known = self.cleaned_data.get("known") if self.is_valid() else None
        if known is None:
            return None
        return timezone.make_aware(dt.datetime.combine(known + dt.timedelta(days=1), dt.time.min))


@require_GET
@needs("registration.read")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person on a day, as known on a day: who they were, where and with whom they lived, at what they worked."""
    now = registration.get_person(person_id=person_id)
    form = MomentForm(request.GET or None)
    on, known = form.day(), form.moment()
    there = history.person_at(person_id=person_id, on=on, known_at=known)
    household_id = history.household_of_at(person_id=person_id, on=on, known_at=known)
    members = history.members_at(household_id=household_id, on=on, known_at=known) if household_id else []
    tables = {
        "members": _members(members),
        "work": _work(history.employments_at(person_id=person_id, on=on, known_at=known)),
        "happened": _events(history.events_of(person_id=person_id), may_take_back=may(request, "registration.correct")),
        "beliefs": beliefs(history.beliefs_about(person_id=person_id), name="beliefs"),
        "homes": _homes(history.memberships_of(person_id=person_id)),
    }
    if file := asked_file(request, *tables.values()):
        return file
    language = formats.language()
    return show(
        request,
        "web/registry/history.html",
        title=_("History of %(name)s") % {"name": words.full_name(now)},
        here="registration",
        above=Above(words.full_name(now), reverse("web:person", args=[person_id])),
        person=now,
        form=form if form.is_bound else MomentForm(initial={"on": on}),
        on=on,
        known=form.cleaned_data.get("known") if form.is_bound and form.is_valid() else None,
        there=there,
        name=words.full_name(there) if there else "",
        born=formats.born(there["birth_date"], there["birth_date_precision"]) if there else "",
        lived=reference.area_name(there["lived_in"], language) if there else "",
        household_id=household_id,
        tables=tables,
        reports=may(request, "casework.open"),
    )


@require_GET
@needs("registration.read")
def household(request: HttpRequest, household_id: int) -> HttpResponse:
    """A household on a day, as known on a day: who lived there, and in what."""
    form = MomentForm(request.GET or None)
    on, known = form.day(), form.moment()
    members = history.members_at(household_id=household_id, on=on, known_at=known)
    happened = history.events_of_household(household_id=household_id)
    there = history.household_at(household_id=household_id, on=on, known_at=known)
    if not members and not happened and there is None:
        raise Http404
    tables = {"members": _members(members), "happened": _events(happened)}
    if file := asked_file(request, *tables.values()):
        return file
    language = formats.language()
    return show(
        request,
        "web/registry/household_history.html",
        title=_("History of a household"),
        here="registration",
        above=_head_above(members),
        household_id=household_id,
        form=form if form.is_bound else MomentForm(initial={"on": on}),
        on=on,
        known=form.cleaned_data.get("known") if form.is_bound and form.is_valid() else None,
        there=there,
        lived=reference.area_name(there["lived_in"], language) if there else "",
        dwelling=dwelling(there),
        tables=tables,
    )


def _head_above(members: list[dict[str, Any]]) -> Above:
    """The page of the head, or of the first member the reader may see; the registry where there is none."""
    seen = next((row for row in members if row["given_name"] is not None), None)
    if seen is None:
        return above(_("Registry"), "web:registry")
    return Above(words.full_name(seen), reverse("web:person", args=[seen["person_id"]]))


def _members(rows: list[dict[str, Any]]) -> Table:
    return Table(
        name="members-then",
        caption=_("Who lived in the household"),
        columns=[
            Column(
                _("Name"),
                words.full_name,
                head=True,
                link=lambda m: (
                    reverse("web:person-history", args=[m["person_id"]]) if m["given_name"] is not None else None
                ),
            ),
            Column(_("Relationship"), lambda m: words.relationship(m["relationship"])),
            Column(_("Born"), lambda m: formats.born(m["birth_date"], m["birth_date_precision"] or "day")),
            Column(_("Since"), lambda m: m["since"], "day"),
            Column(_("Until"), lambda m: m["until"], "day"),
        ],
        rows=rows,
    )


def _work(rows: list[dict[str, Any]]) -> Table:
    language = formats.language()
    return Table(
        name="work-then",
        caption=_("Work"),
        columns=[
            Column(_("Occupation"), lambda e: reference.isco_title(e["isco_code"], language), head=True),
            Column(_("Kind of work"), lambda e: answers.CATEGORY.say(e["category"], language)),
            Column(
                _("Employer"), lambda e: e["business_name"] or answers.EMPLOYER_KIND.say(e["employer_kind"], language)
            ),
            Column(_("Pay (Rs)"), lambda e: e["pay_amount"] if e["pay_period"] != "none" else None, "money"),
            Column(_("Paid by"), lambda e: answers.PAY_PERIOD.say(e["pay_period"], language)),
            Column(_("Since"), lambda e: e["started_on"], "month"),
        ],
        rows=rows,
    )


def _events(rows: list[dict[str, Any]], *, may_take_back: bool = False) -> Table:
    taking_back = Column(
        _("Mistaken?"),
        lambda e: _("take it back") if _stands(e) else "",
        link=lambda e: reverse("web:take-back-event", args=[e["event_id"]]) if _stands(e) else None,
    )
    return Table(
        name="events",
        caption=_("What happened"),
        note=_("the newest first"),
        columns=[
            Column(_("Event"), lambda e: e["event_id"], "code", head=True),
            Column(_("What"), lambda e: words.event_title(e["kind"])),
            Column(_("Fields"), lambda e: words.field_titles(e["fields"])),
            Column(_("On"), lambda e: e["happened_on"], "day"),
            Column(_("Written down"), lambda e: e["recorded_at"], "moment"),
            Column(_("Persons"), lambda e: len(e["person_ids"]), "number"),
            Column(_("Taken back by event"), lambda e: e["reversed_by_id"], "code"),
            *([taking_back] if may_take_back else []),
        ],
        rows=rows,
    )


def _stands(event: Mapping[str, Any]) -> bool:
    return event["reversed_by_id"] is None and event["kind"] != "reversal"


def _homes(rows: list[Mapping[str, Any]] | list[dict[str, Any]]) -> Table:
    return Table(
        name="households",
        caption=_("Households lived in"),
        columns=[
            Column(
                _("Household"),
                lambda m: words.household_name(m["household_id"]),
                head=True,
                link=lambda m: reverse("web:household-history", args=[m["household_id"]]),
            ),
            Column(_("Relationship"), lambda m: words.relationship(m["relationship"])),
            Column(_("True from"), lambda m: m["valid_from"], "day"),
            Column(_("True until"), lambda m: m["valid_to"], "day"),
            Column(_("Written down"), lambda m: m["recorded_from"], "moment"),
            Column(_("Replaced"), lambda m: m["recorded_to"], "moment"),
        ],
        rows=rows,
    )
