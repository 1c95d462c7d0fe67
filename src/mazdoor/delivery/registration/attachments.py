"""Photos and documents that come with a form: looked at before they are kept, and kept sealed.

1. The bytes say what a file is, never its name; only a few kinds are taken, each up to a size.
2. A photo is written anew: upright, small, without what the camera wrote beside it (place, owner, time).
3. The scanner looks for viruses, where there is one. A file it has not cleared is kept, and shown to nobody before it is.
4. The bytes are sealed (AES-GCM, as every sealed value) into a file of the home folder that is named by a random id.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import filetype
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from mazdoor.access import selectors as access
from mazdoor.database.home import home_folder
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals_form as refusals
from mazdoor.delivery.registration.models import Attachment, Person
from mazdoor.delivery.registration.people import HouseholdAnswers
from mazdoor.delivery.registration.ports import Verdict, wires
from mazdoor.delivery.registration.refusals import PERSON_UNKNOWN
from mazdoor.journal import services as journal

MEBIBYTE: Final = 1024 * 1024
MOST_BYTES: Final = 8 * MEBIBYTE
MOST_PIXELS: Final = 50_000_000
"""A picture that unfolds to more is refused before it is unfolded."""
PHOTO_SIDE: Final = 600
IMAGES: Final = ("image/jpeg", "image/png", "image/webp")
PDF: Final = "application/pdf"
PURPOSE: Final = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is kept: ``name`` is what the form's answer calls it (its ``file_id`` serves as well)."""

    attachment_id: int
    file_id: str
    name: str
    content_type: str
    scanned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A kept file, unsealed."""

    content: bytes
    content_type: str
    scanned: bool


@transaction.atomic
def keep_attachment(*, content: bytes, kind: str, area_code: str, name: str = "", owner: str = "") -> Kept:
    """Look at a file and keep it sealed. ``kind`` is ``photo``, ``identity_document`` or ``other``; ``owner`` is whose draft
    it waits for. Raises REG-039 where it cannot be kept; nothing of it stays then."""
    access.check_acting_may("registration.register")
    index = keyring().index(content.hex(), purpose="attachment")
    content, content_type = _fit(content, photo=kind == Attachment.Kind.PHOTO)
    scan, scanner = _scanned(content)
    file_id = uuid.uuid4()
    row = Attachment.objects.create(
        file_id=file_id,
        owner=owner,
        kind=kind,
        content_type=content_type,
        size=len(content),
        content_index=index,
        scan=scan,
        scanner=scanner,
        area_code=area_code,
    )
    _write_sealed(file_id, content)
    journal.record(
        act="registration.attachment.kept",
        subject=f"attachment:{row.pk}",
        details={"kind": kind, "type": content_type, "scan": scan},
    )
    return Kept(
        attachment_id=row.pk,
        file_id=str(file_id),
        name=name,
        content_type=content_type,
        scanned=scan == Attachment.Scan.CLEAN,
    )


@transaction.atomic
def add_to_person(*, person_id: int, content: bytes, kind: str) -> Kept:
    """Keep a photo or a document of somebody who is on the register already; the newest photo is the one a card shows.

    What was kept before stays. Raises REG-039, ``REG-011``, ``OFF-002``.
    """
    access.check_acting_may("registration.correct")
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise PERSON_UNKNOWN.because()
    kept = keep_attachment(content=content, kind=kind, area_code=person.area_code)
    Attachment.objects.filter(pk=kept.attachment_id).update(person_id=person_id)
    journal.record(act="registration.attachment.added", subject=f"person:{person_id}", details={"kind": kind})
    return kept


def open_attachment(*, attachment_id: int) -> Opened:
    """The bytes of a kept file. Raises ``Attachment.DoesNotExist`` where the officer does not see it, and ``REG-110`` for
    what a configured scanner has not cleared. Without a scanner everything is shown, and ``scanned`` says it was not."""
    row = Attachment.objects.get(pk=attachment_id)
    cleared = row.scan == Attachment.Scan.CLEAN
    if not cleared and wires().scanner() is not None:
        raise refusals.FILE_WITHHELD.because()
    return Opened(content=unsealed(row.file_id), content_type=row.content_type, scanned=cleared)


def withheld(*, attachment_ids: Sequence[int]) -> set[int]:
    """Which of these files :func:`open_attachment` would withhold now, for those who open many at once."""
    if not attachment_ids or wires().scanner() is None:
        return set()
    waiting = Attachment.objects.filter(pk__in=attachment_ids).exclude(scan=Attachment.Scan.CLEAN)
    return set(waiting.values_list("pk", flat=True))


def unsealed(file_id: uuid.UUID) -> bytes:
    """What lies in a file, cleared or not: for the scanner. Whoever shows a file goes through :func:`open_attachment`."""
    return keyring().open_bytes(file_path(file_id).read_bytes(), purpose=PURPOSE)


def kept_for(*, owner: str, file_ids: Sequence[str]) -> list[Kept]:
    """Files that wait for a draft of ``owner``, by their ids."""
    return [
        Kept(
            attachment_id=row.pk,
            file_id=str(row.file_id),
            name=str(row.file_id),
            content_type=row.content_type,
            scanned=row.scan == Attachment.Scan.CLEAN,
        )
        for row in Attachment.objects.filter(
            owner=owner, file_id__in=[each for each in file_ids if _is_uuid(each)], form__isnull=True
        )
    ]


def photo_of(*, person_id: int) -> int | None:
    """The attachment that holds the newest photo of a person, ``None`` where there is none."""
    row = Attachment.objects.filter(person_id=person_id, kind=Attachment.Kind.PHOTO).order_by("-pk").first()
    return row.pk if row is not None else None


def attachments_of(*, person_id: int) -> Sequence[Mapping[str, object]]:
    """What is kept of a person, newest first: id, kind, content type, size, scan, and when it was kept."""
    return list(
        Attachment.objects.filter(person_id=person_id)
        .order_by("-pk")
        .values("id", "kind", "content_type", "size", "scan", "kept_at")
    )


def attach(kept: Sequence[Kept], *, answers: HouseholdAnswers, form_id: int, person_ids: Sequence[int]) -> None:
    """Give kept files to the people whose answers name them; a file nobody names stays with the form."""
    by_name = {each.name: each for each in kept} | {each.file_id: each for each in kept}
    Attachment.objects.filter(pk__in=[each.attachment_id for each in kept]).update(form_id=form_id, owner="")
    for person_id, person in zip(person_ids, answers.people, strict=True):
        named = [by_name[name].attachment_id for name in (person.photo, person.identity_document) if name in by_name]
        if named:
            Attachment.objects.filter(pk__in=named).update(person_id=person_id)


def drop_waiting(*, owner: str, file_ids: Sequence[str]) -> int:
    """Throw away files that wait for a draft of ``owner`` and belong to nobody yet. Returns how many."""
    known = [each for each in file_ids if _is_uuid(each)]
    rows = list(Attachment.objects.filter(owner=owner, file_id__in=known, form__isnull=True, person__isnull=True))
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        transaction.on_commit(partial(file_path(row.file_id).unlink, missing_ok=True))
    return len(rows)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _fit(content: bytes, *, photo: bool) -> tuple[bytes, str]:
    """The bytes to keep and what they are. Raises REG-039."""
    if not content:
        raise _unfit("it is empty", "خالی ہے")
    if len(content) > MOST_BYTES:
        raise _unfit("it is too large", "بہت بڑی ہے")
    found = filetype.guess(content)
    kind = found.mime if found is not None else ""
    if kind in IMAGES:
        return _written_anew(content, side=PHOTO_SIDE if photo else 2400), "image/jpeg"
    if kind == PDF and not photo:
        return content, PDF
    raise _unfit("it is neither a photo nor a PDF", "نہ تصویر ہے نہ پی ڈی ایف")


def _written_anew(content: bytes, *, side: int) -> bytes:
    """A picture as JPEG: upright, no side over ``side`` pixels, only its pixels."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _unfit("the picture has too many pixels", "تصویر میں بہت زیادہ پکسل ہیں")
            picture.draft("RGB", (side * 2, side * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((side, side))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=82, optimize=True)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise _unfit("the picture cannot be read", "تصویر پڑھی نہیں جا سکی") from broken


def _scanned(content: bytes) -> tuple[str, str]:
    scanner = wires().scanner()
    if scanner is None:
        return Attachment.Scan.NOT_SCANNED, ""
    verdict = scanner.scan(io.BytesIO(content))
    if verdict is Verdict.INFECTED:
        raise _unfit("the scanner found something harmful in it", "اسکینر کو اس میں نقصان دہ چیز ملی")
    return Attachment.Scan.CLEAN if verdict is Verdict.CLEAN else Attachment.Scan.NOT_SCANNED, type(scanner).__name__


def _unfit(why: str, why_ur: str) -> Exception:
    return refusals.FILE_UNFIT.because(why=why, why_ur=why_ur, most=MOST_BYTES // MEBIBYTE)


def file_path(file_id: uuid.UUID) -> Path:
    """Where a file lies, sealed."""
    return home_folder() / "attachments" / file_id.hex[:2] / f"{file_id.hex}.sealed"


def _write_sealed(file_id: uuid.UUID, content: bytes) -> None:
    """The file appears whole or not at all."""
    path = file_path(file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = path.with_suffix(".part")
    waiting.write_bytes(keyring().seal_bytes(content, purpose=PURPOSE))
    waiting.chmod(0o600)
    waiting.replace(path)
