"""The form that devices get now, and the ones they got before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from mazdoor.delivery.registration.questionnaire.reading import get_questionnaire
from mazdoor.interfaces.openrosa.models import FormVersion
from mazdoor.interfaces.openrosa.refusals import LISTS_MISSING
from mazdoor.interfaces.openrosa.xlsform import Entry, Lists, Media, Published, publish, to_xlsx, workbook
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference
from mazdoor.reference.selectors import TitleRow


def current_form() -> Published:
    """The form of this installation, made once a process and day (areas change by date), noted when first given out."""
    form = _made(timezone.localdate())
    _note(form)
    return form


def spreadsheet(language: str) -> bytes:
    """The XLSForm as an .xlsx file; ``language`` (``en`` or ``ur``) is the one it opens in."""
    return to_xlsx(workbook(get_questionnaire(), _lists(timezone.localdate()), default_language=language))


def find_version(version: str) -> Published | None:
    """A form by version: the current one or one given out before; ``None`` where it never was ours."""
    form = current_form()
    if version == form.version:
        return form
    row = FormVersion.objects.filter(form_id=form.form_id, version=version).first()
    return None if row is None else _published(row)


def every_version() -> list[Published]:
    """All that were ever given out, the newest first."""
    form = current_form()
    older = FormVersion.objects.filter(form_id=form.form_id).exclude(version=form.version).order_by("-first_given_at")
    return [form, *(_published(row) for row in older)]


@lru_cache(maxsize=2)
def _made(on: dt.date) -> Published:
    return publish(get_questionnaire(), _lists(on))


_noted: set[str] = set()


def _note(form: Published) -> None:
    if form.version in _noted:
        return
    with transaction.atomic():
        FormVersion.objects.get_or_create(
            form_id=form.form_id,
            version=form.version,
            defaults={
                "title": {"en": form.title.en, "ur": form.title.ur},
                "xml": form.xml.decode(),
                "media": {media.name: media.content.decode() for media in form.media},
            },
        )
    if not transaction.get_connection().in_atomic_block:  # what may still be rolled back is noted again next time
        _noted.add(form.version)


def _published(row: FormVersion) -> Published:
    return Published(
        form_id=row.form_id,
        version=row.version,
        title=Words(row.title["en"], row.title["ur"]),
        xml=row.xml.encode(),
        media=tuple(Media(name, content.encode(), "text/csv") for name, content in row.media.items()),
    )


def _lists(on: dt.date) -> Lists:
    """Areas that exist on ``on``; a tehsil stands under the district that holds it today."""

    if not reference.areas(level="province"):
        raise LISTS_MISSING.because()

    def entries(level: str, digits: int) -> list[Entry]:
        return [
            Entry(
                area.code,
                Words(area.name_en, area.name_ur),
                (area.now_in_code or area.parent_code or "") if digits else "",
            )
            for area in reference.areas(level=level, at=on)
        ]

    return Lists(
        provinces=entries("province", 0),
        districts=entries("district", 3),
        tehsils=entries("tehsil", 5),
        occupations=[_titled(row, reference.isco_title) for row in reference.occupations(digits=4)],
        industries=[_titled(row, reference.isic_title) for row in reference.industries() if len(row.code) == 4],
    )


def _titled(row: TitleRow, title: Callable[[str, str], str]) -> Entry:
    """A class with its titles. Nobody has translated most of them yet: then the Urdu says the group above it, as such."""
    above = title(row.code, "ur")
    grouped = f"گروہ: {above}" if above != row.title_en else ""
    return Entry(row.code, Words(row.title_en, row.title_ur or grouped))
