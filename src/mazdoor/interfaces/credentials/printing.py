"""Cards on paper: one Typst run sets one card or five hundred, with nothing of anybody written to a disk.

The template is ``card.typ``; words and pictures go in as one JSON value, pictures as SVG text (the QR drawn by zxing-cpp, a
photograph inside an SVG), so no personal value touches a temporary file.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import typst
import zxingcpp

from mazdoor.interfaces.credentials import fonts
from mazdoor.interfaces.credentials.face import Face
from mazdoor.reference import selectors as reference

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_UR: Final = (
    "جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
)  # fmt: skip
_EASTERN: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
QUIET: Final = 4


class Layout(StrEnum):
    """How cards lie on paper: one side a page of card size, or ten to a page of A4."""

    CARD = "card"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One card to print. ``photo`` is a JPEG, PNG or WebP, or ``None``."""

    card_id: int
    face: Face
    issued_on: dt.date
    last_day: dt.date
    photo: bytes | None
    site: str = ""


def pdf(cards: Sequence[Printed], *, layout: Layout) -> bytes:
    """The PDF of some cards, in their order. Raises ``CRD-007`` where a font is missing."""
    return _set(cards, layout=layout, form="pdf", dots=None)[0]


def pictures(cards: Sequence[Printed], *, layout: Layout, dots: int = 300) -> list[bytes]:
    """The same pages as PNG, at ``dots`` per inch. Raises ``CRD-007``."""
    return _set(cards, layout=layout, form="png", dots=dots)


def _set(cards: Sequence[Printed], *, layout: Layout, form: typst.OutputFormat, dots: int | None) -> list[bytes]:
    template = files("mazdoor.interfaces.credentials").joinpath("card.typ").read_bytes()
    found = typst.compile(
        template,
        font_paths=fonts.fonts(),
        format=form,
        ppi=dots,
        sys_inputs={
            "layout": layout.value,
            "latin": json.dumps(fonts.LATIN),
            "cards": json.dumps([_values(card) for card in cards], ensure_ascii=False),
        },
        timestamp=dt.datetime.combine(max(card.issued_on for card in cards), dt.time(), tzinfo=dt.UTC),
    )
    return found if isinstance(found, list) else [found]


def _values(card: Printed) -> dict[str, Any]:
    """What the template asks for: every word ready, nothing left to glue."""
    face = card.face
    return {
        "number": " ".join(face.registry_number[at : at + 4] for at in range(0, 12, 4)),
        "name": face.name,
        "name_ur": face.name_ur,
        "relation": {"father": "Father", "husband": "Husband", "": ""}[face.relation],
        "relation_ur": {"father": "والد", "husband": "شوہر", "": ""}[face.relation],
        "relative": face.relative,
        "relative_ur": face.relative_ur,
        "born": str(face.birth_year or ""),
        "born_ur": str(face.birth_year or "").translate(_EASTERN),
        "district": reference.area_name(face.district_code, "en"),
        "district_ur": reference.area_name(face.district_code, "ur"),
        "card": str(card.card_id),
        "issued": english_day(card.issued_on),
        "issued_ur": urdu_day(card.issued_on),
        "until": english_day(card.last_day),
        "until_ur": urdu_day(card.last_day),
        "site": urlsplit(card.site).netloc or card.site,
        "qr": qr_svg(face.qr),
        "photo": _photo_svg(card.photo) if card.photo else "",
    }


def english_day(day: dt.date) -> str:
    """22 Nov 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def urdu_day(day: dt.date) -> str:
    """۲۲ نومبر ۲۰۲۶."""
    return f"{day.day} {MONTHS_UR[day.month - 1]} {day.year}".translate(_EASTERN)


def qr_svg(text: str) -> str:
    """A QR code of level M (it may lose an eighth to dirt and scratches), with its quiet zone of four modules."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0
    size = dark.shape[0] + 2 * QUIET
    edges = np.diff(np.pad(dark, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    path = "".join(
        f"M{start + QUIET} {row + QUIET}h{end - start}v1h-{end - start}z"
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def _photo_svg(photo: bytes) -> str:
    """A photograph inside an SVG of 4 : 5, filled and cut at the edges."""
    kind = "png" if photo[:4] == b"\x89PNG" else "webp" if photo[:4] == b"RIFF" else "jpeg"
    data = base64.b64encode(photo).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500" width="400" height="500">'
        f'<image width="400" height="500" preserveAspectRatio="xMidYMid slice" href="data:image/{kind};base64,{data}"/></svg>'
    )
