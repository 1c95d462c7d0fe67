"""What is printed on a card, taken from the register on the day the card is made and kept as it was."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mazdoor.reference import selectors as reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The words of a card. Names may be empty in one script, never in both. Holds personal values: sealed at rest."""

    registry_number: str
    name: str
    name_ur: str
    relation: str
    """``father`` or ``husband``: whose name stands below; '' where neither is known."""
    relative: str
    relative_ur: str
    birth_year: int | None
    district_code: str
    photo_id: int | None
    qr: str
    """The text of the QR."""


def face_of(person: Mapping[str, Any], *, photo_id: int | None, qr: str = "") -> Face:
    """The face of a card for a row of ``registration.person_now``.

    A married or widowed woman may be known by her husband's name and an unmarried one by her father's; the card shows the
    husband's where it is on record, as the CNIC does.
    """
    husband = person["sex"] == "female" and bool(person["husband_name"] or person.get("husband_name_ur"))
    relation = "husband" if husband else "father"
    relative, relative_ur = person[f"{relation}_name"] or "", person.get(f"{relation}_name_ur") or ""
    return Face(
        registry_number=person["registry_number"],
        name=f"{person['given_name']} {person['surname'] or ''}".strip(),
        name_ur=f"{person['given_name_ur'] or ''} {person['surname_ur'] or ''}".strip(),
        relation=relation if relative or relative_ur else "",
        relative=relative,
        relative_ur=relative_ur,
        birth_year=person["birth_date"].year if person["birth_date"] else None,
        district_code=reference.district_of(person["area_code"]) or person["area_code"],
        photo_id=photo_id,
        qr=qr,
    )


def to_text(face: Face) -> str:
    """The face as it is sealed."""
    return json.dumps(asdict(face), ensure_ascii=False, sort_keys=True)


def from_text(text: str) -> Face:
    """The face as it was sealed."""
    return Face(**json.loads(text))


def last_day(expires_on: dt.date) -> dt.date:
    """The last day on which a card holds: what people read as "valid until"."""
    return expires_on - dt.timedelta(days=1)
