"""Children at work: who works below the age the law lets them, for who inspects work."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.registration import child_work, words
from mazdoor.delivery.registration.questionnaire.ages import Held, least_ages
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.registry.person_tables import begun
from mazdoor.web.shell import above, asked_file, show
from mazdoor.web.tables import Column, Table

SHOWN = 50


@require_GET
@needs("registration.inspect")
def page(request: HttpRequest) -> HttpResponse:
    """The children at work of the officer's areas, or of one district of them."""
    chosen, number = request.GET.get("area", "").strip(), request.GET.get("page", "")
    area = chosen if reference.find_area(chosen) is not None else ""
    today = timezone.localdate()
    first = (int(number) - 1) * SHOWN if number.isdigit() and 0 < int(number) < 100_000 else 0
    found = child_work.children_at_work(on=today, area_code=area, first=first, limit=SHOWN)
    table, districts, laws = _jobs(found.listed), _districts(found.by_district), _laws(least_ages(on=today))
    if file := asked_file(request, table, districts, laws):
        return file
    return show(
        request,
        "web/registry/child_work.html",
        title=_("Children at work"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        table=table,
        districts=districts,
        laws=laws,
        found=found,
        area=area,
        page=_page(found, first),
    )


def _page(found: child_work.Underage, first: int) -> Page[Any]:
    """Where one is in the list, which the database has cut already."""
    return Paginator(range(found.jobs), SHOWN).get_page(first // SHOWN + 1)


def _jobs(listed: Sequence[Mapping[str, Any]]) -> Table:
    language = formats.language()
    return Table(
        name="children-at-work",
        caption=_("Who works, where, and since when"),
        note=_("by district of the home, the youngest first"),
        columns=[
            Column(
                _("Name"), formats.full_name, head=True, link=lambda r: reverse("web:person", args=[r["person_id"]])
            ),
            Column(_("Registry number"), lambda r: r["registry_number"], "code"),
            Column(_("Age"), lambda r: r["age"], "number"),
            Column(_("Born"), lambda r: formats.born(r["birth_date"], r["birth_date_precision"])),
            Column(_("Least age"), lambda r: r["least_age"], "number"),
            Column(_("Occupation"), lambda r: reference.isco_title(r["isco_code"], language)),
            Column(_("Kind of work"), lambda r: words.CATEGORY.say(r["category"], language)),
            Column(_("Employer"), _employer),
            Column(_("Works in"), lambda r: reference.area_name(r["work_area_code"] or r["area_code"], language)),
            Column(_("Since"), lambda r: begun(r["started_on"], r["started_on_precision"])),
            Column(_("Lives in"), lambda r: reference.area_name(r["area_code"], language)),
        ],
        rows=listed,
    )


def _employer(row: Mapping[str, Any]) -> str:
    """The business or the household by name, as far as it is known and of an office the reader may see."""
    kind = words.EMPLOYER_KIND.say(row["employer_kind"], formats.language())
    if row["business_id"] is not None and row["business_name"] is None:
        return _("a business another office answers for")
    return row["business_name"] or row["employer_name"] or kind


def _districts(by_district: Sequence[Mapping[str, Any]]) -> Table:
    language = formats.language()
    return Table(
        name="children-at-work-by-district",
        caption=_("How many, by district of the home"),
        columns=[
            Column(
                _("District"), lambda r: reference.area_name(r["area_code"], language), head=True,
                link=lambda r: f"{reverse('web:child-work')}?area={r['area_code']}",
            ),
            Column(_("Children"), lambda r: r["children"], "number"),
            Column(_("Youngest"), lambda r: r["youngest"], "number"),
        ],
        rows=by_district,
    )  # fmt: skip


def _laws(held: Sequence[Held]) -> Table:
    """The least ages, with where each comes from: of an area, and of domestic work there, where it has a law of its own."""
    general = {each.area_code: each.least for each in held if not each.domestic}
    country = min(general, key=len)

    def of_its_own(each: Held) -> bool:
        beside = general[each.area_code if each.domestic else country]
        return each.least != beside or (each.area_code == country and not each.domestic)

    language = formats.language()
    return Table(
        name="least-ages",
        caption=_("From what age the law lets somebody work"),
        columns=[
            Column(_("Area"), lambda r: reference.area_name(r.area_code, language), head=True),
            Column(_("Kind of work"), lambda r: _("domestic work") if r.domestic else _("all work")),
            Column(_("Least age"), lambda r: r.least.years, "number"),
            Column(_("Provision"), lambda r: r.least.source),
            Column(_("How far it was checked"), lambda r: r.least.verified, "state"),
        ],
        rows=[each for each in held if of_its_own(each)],
    )
