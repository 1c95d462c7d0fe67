"""The tables of changes and of recertification."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mazdoor.casework.recertification.calendar import values
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.changes import words
from mazdoor.web.tables import Column, Table

SHOWN = 100


def _change() -> Column:
    return Column(
        pgettext("a change request", "Change"),
        lambda c: c["id"],
        "code",
        head=True,
        link=lambda c: reverse("web:change", args=[c["id"]]),
    )


def waiting(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Changes that wait, the longest overdue first."""
    language, today = formats.language(), timezone.localdate()
    return Table(
        name="open-changes",
        caption=_("Waiting for a decision"),
        note=_("the oldest %(limit)s") % {"limit": SHOWN} if len(rows) == SHOWN else "",
        columns=[
            _change(),
            Column(_("What"), lambda c: words.kind_title(c["kind"])),
            Column(_("Fields"), lambda c: words.field_titles(c["fields"])),
            Column(_("Asked by"), lambda c: str(words.CHANNELS.get(c["channel"], c["channel"]))),
            Column(_("Lives in"), lambda c: reference.area_name(c["area_code"], language)),
            Column(_("Days old"), lambda c: (today - timezone.localtime(c["opened_at"]).date()).days, "number"),
            Column(_("Due"), lambda c: c["due_on"], "day"),
            Column(_("State"), lambda c: "change_late" if c["due_on"] < today else f"change_{c['state']}", "state"),
        ],
        rows=rows,
    )


def by_area(rows: Sequence[Mapping[str, Any]]) -> Table:
    """How many wait in each district, and for how long."""
    language, today = formats.language(), timezone.localdate()
    return Table(
        name="changes-by-area",
        caption=_("By district"),
        columns=[
            Column(_("District"), lambda r: reference.area_name(r["area_code"], language), head=True),
            Column(_("Waiting"), lambda r: r["count"], "number"),
            Column(_("Too long"), lambda r: r["late"], "number"),
            Column(_("Oldest, in days"), lambda r: (today - timezone.localtime(r["oldest"]).date()).days, "number"),
        ],
        rows=rows,
    )


def of_person(rows: Sequence[Mapping[str, Any]]) -> Table:
    """A person's changes, newest first."""
    return Table(
        name="changes",
        caption=_("Changes asked for"),
        note=_("the newest first"),
        columns=[
            _change(),
            Column(_("What"), lambda c: words.kind_title(c["kind"])),
            Column(_("Fields"), lambda c: words.field_titles(c["fields"])),
            Column(_("Asked by"), lambda c: str(words.CHANNELS.get(c["channel"], c["channel"]))),
            Column(_("Opened"), lambda c: c["opened_at"], "day"),
            Column(_("State"), lambda c: f"change_{c['state']}", "state"),
        ],
        rows=rows,
    )


def hand_overs(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Households other offices handed over to ours."""
    language = formats.language()
    return Table(
        name="hand-overs",
        caption=_("Handed over by other offices"),
        columns=[
            Column(
                _("Household"),
                lambda h: words.household_name(h["household_id"]) if h["household_id"] else "",
                head=True,
                link=lambda h: reverse("web:person", args=[h["person_ids"][0]]) if h["person_ids"] else None,
            ),
            Column(_("Persons"), lambda h: len(h["person_ids"]), "number"),
            Column(_("From"), lambda h: reference.area_name(h["from_area"], language)),
            Column(_("To"), lambda h: reference.area_name(h["to_area"], language)),
            Column(_("Since"), lambda h: h["handed_over_at"], "day"),
        ],
        rows=rows,
        export=False,
    )


def renewals(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Households that were told and have not confirmed, the longest overdue first."""
    language = formats.language()
    return Table(
        name="recertification",
        caption=_("Told, and not confirmed yet"),
        note=_("the oldest %(limit)s") % {"limit": SHOWN} if len(rows) == SHOWN else "",
        columns=[
            Column(
                _("Head of the household"),
                words.full_name,
                head=True,
                link=lambda r: reverse("web:renewal", args=[r["household_id"]]),
            ),
            Column(_("Registry number"), lambda r: r["registry_number"], "code"),
            Column(_("Lives in"), lambda r: reference.area_name(r["area_code"], language)),
            Column(_("Due"), lambda r: r["due_on"], "day"),
            Column(_("Notices sent"), lambda r: r["step"], "number"),
            Column(_("Last told"), lambda r: r["told_on"], "day"),
            Column(_("State"), lambda r: f"renewal_{r['state']}", "state"),
        ],
        rows=rows,
    )


def due(rows: Sequence[Mapping[str, Any]]) -> Table:
    """How many are due in the coming months."""
    return Table(
        name="recertification-by-month",
        caption=_("Due by month"),
        columns=[
            Column(_("Month"), lambda r: _("before") if r["before"] else formats.month(r["month"]), head=True),
            Column(_("Due"), lambda r: r["due"], "number"),
            Column(_("Payment waits"), lambda r: r["held"], "number"),
        ],
        rows=rows,
    )


def cycles(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Every cycle of one household."""
    return Table(
        name="cycles",
        caption=_("Recertification so far"),
        columns=[
            Column(_("Due"), lambda r: r["due_on"], "day", head=True),
            Column(_("State"), lambda r: f"renewal_{r['state']}", "state"),
            Column(_("Notices sent"), lambda r: r["step"], "number"),
            Column(_("Last told"), lambda r: r["told_on"], "day"),
            Column(_("Payment waits since"), lambda r: r["held_on"], "day"),
            Column(_("Confirmed on"), lambda r: r["renewed_on"], "day"),
            Column(_("By"), lambda r: str(words.WAYS.get(r["renewed_by"], r["renewed_by"]))),
        ],
        rows=rows,
    )


def parameters() -> Table:
    """The calendar's dated parameters, with where each comes from."""
    language = formats.language()
    names = {
        "interval_months": _("months between two confirmations"),
        "spread_days": _("days over which due days are spread"),
        "notice_days": _("days from the due day on which notices go out"),
        "least_days_between": _("least days between two notices"),
        "hold_after_notices": _("notices before payment waits"),
        "hold_after_days": _("days after the due day before payment waits"),
        "review_after_days": _("days of waiting payment before a person looks"),
    }
    return Table(
        name="recertification-parameters",
        caption=_("Values in force"),
        columns=[
            Column(_("What"), lambda v: names.get(v.name, v.name), head=True),
            Column(
                _("Value"),
                lambda v: ", ".join(str(each) for each in v.value) if isinstance(v.value, list) else v.value,
                "code",
            ),
            Column(_("From"), lambda v: v.since, "day"),
            Column(_("Source"), lambda v: v.source.in_language(language)),
            Column(_("Checked"), lambda v: v.mark, "state"),
        ],
        rows=list(values()),
    )
