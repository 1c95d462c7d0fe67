"""People and households as the standard shapes them (SPDCI social v1: SRPerson, Member, Group).

Only what the asker's scopes open is in them. A card number or mobile without its scope is masked, everything else left
out. A household's answer lists only members who agreed to the purpose; how many others there are is said, not who.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mazdoor.delivery.registration.opening import Opened, open_sealed
from mazdoor.delivery.registration.selectors import rows
from mazdoor.interfaces.dci import codes
from mazdoor.kernel.identifiers import mask_cnic, mask_mobile
from mazdoor.reference import selectors as reference

May = Callable[[str], bool]

_PEOPLE: Final = "SELECT p.* FROM dci.person p WHERE p.person_id = ANY (%s)"
_WORK: Final = "SELECT w.* FROM dci.work w WHERE w.person_id = ANY (%s)"
_OF_HOUSEHOLDS: Final = """
SELECT p.* FROM dci.person p WHERE p.household_id = ANY (%s) AND NOT p.twice
ORDER BY (p.relationship = 'head') DESC, p.birth_date NULLS LAST, p.person_id
"""
_HOUSEHOLDS: Final = """
SELECT h.household_id, h.registered_on, h.area_code,
       (SELECT count(*) FROM registration.person_now m WHERE m.household_id = h.household_id)
       - (SELECT count(*) FROM deduplication.twice_at_home t WHERE t.household_id = h.household_id) AS size
FROM registration.household_now h WHERE h.household_id = ANY (%s)
"""


def members(person_ids: Sequence[int], *, may: May) -> list[dict[str, Any]]:
    """Members by person number, in this order; those the transaction does not show are left out."""
    found = {row["person_id"]: row for row in rows(_PEOPLE, [list(person_ids)])}
    shapes = _members([found[each] for each in person_ids if each in found], may=may)
    return list(shapes.values())


def persons(person_ids: Sequence[int], *, may: May) -> list[dict[str, Any]]:
    """The demographic part alone (SRPerson)."""
    return [each["demographic_info"] for each in members(person_ids, may=may)]


def groups(household_ids: Sequence[int], *, may: May) -> list[dict[str, Any]]:
    """Households by number, in this order; one with nobody the transaction shows is left out."""
    people = rows(_OF_HOUSEHOLDS, [list(household_ids)])
    shapes = _members(people, may=may)
    households = {row["household_id"]: row for row in rows(_HOUSEHOLDS, [list(household_ids)])}
    answers = []
    for household_id in household_ids:
        shown = [row for row in people if row["household_id"] == household_id]
        household = households.get(household_id)
        if not shown or household is None:
            continue
        heads = [shapes[row["person_id"]] for row in shown if row["relationship"] == "head"]
        answers.append(
            _without_nothing(
                {
                    "@context": codes.CONTEXT,
                    "@type": "Group",
                    "group_identifier": [_identifier("HOUSEHOLD_NUMBER", str(household_id))],
                    "group_type": "household",
                    "place": {"@type": "Place", "address": _places(household["area_code"])[-1]},
                    "group_head_info": heads[0] if heads else None,
                    "group_size": household["size"],
                    "member_list": [shapes[row["person_id"]] for row in shown],
                    "registration_date": _moment(household["registered_on"]),
                    "additional_attributes": [
                        {"name": "members_withheld", "value": max(0, int(household["size"]) - len(shown))}
                    ],
                }
            )
        )
    return answers


def _members(people: Sequence[Mapping[str, Any]], *, may: May) -> dict[int, dict[str, Any]]:
    ids = [row["person_id"] for row in people]
    sealed = open_sealed(person_ids=ids)
    work = {row["person_id"]: row for row in rows(_WORK, [ids])} if may("read.work") else {}
    return {
        row["person_id"]: _member(row, sealed.get(row["person_id"]), work.get(row["person_id"]), may=may)
        for row in people
    }


def _member(
    row: Mapping[str, Any], sealed: Opened | None, work: Mapping[str, Any] | None, *, may: May
) -> dict[str, Any]:
    number = _identifier("REGISTRY_NUMBER", row["registry_number"])
    return _without_nothing(
        {
            "@type": "Member",
            "member_identifier": [number],
            "demographic_info": _person(row, sealed, number, may=may),
            "relationship_head": codes.RELATIONSHIP.get(row["relationship"] or "") if may("read.household") else None,
            "is_disabled": row["disability"] if may("read.health") else None,
            "marital_status": codes.MARITAL_STATUS.get(row["marital_status"]),
            "employment_status": codes.EMPLOYMENT_STATUS.get(work["status"]) if work else None,
            "occupation": work["isco_code"] if work else None,
            "registration_date": _moment(row["registered_on"]),
        }
    )


def _person(row: Mapping[str, Any], sealed: Opened | None, number: dict[str, Any], *, may: May) -> dict[str, Any]:
    identifiers = [number]
    cnic, mobile, address = (sealed.cnic, sealed.mobile, sealed.address) if sealed else ("", "", "")
    if cnic:
        identifiers.append(_identifier("UIN", cnic if may("read.identifiers") else mask_cnic(cnic)))
    telephone = (f"+92{mobile[1:]}" if may("read.contact") else mask_mobile(mobile)) if mobile else None
    return _without_nothing(
        {
            "@type": "SRPerson",
            "identifier": identifiers,
            "name": _without_nothing(
                {"@type": "Name", "given_name": row["given_name"] or row["given_name_ur"], "surname": row["surname"]}
            ),
            "sex": row["sex"] if row["sex"] in codes.SEX else "unknown",
            "birth_date": _moment(row["birth_date"]),
            "death_date": _moment(row["died_on"]),
            "address": [_address(row["area_code"], address if may("read.contact") else "")],
            "phone_number": [telephone] if telephone else None,
            "registration_date": _moment(row["registered_on"]),
        }
    )


def _address(area_code: str, line: str) -> dict[str, Any]:
    names = _places(area_code)
    return _without_nothing(
        {
            "@type": "Address",
            "address_line_1": line,
            "locality": names[-1],
            "sub_region_code": area_code[:5] if len(area_code) >= 5 else None,
            "region_code": area_code[:3] if len(area_code) >= 3 else None,
            "country_code": "PK",
        }
    )


def _places(area_code: str) -> list[str]:
    """Names of an area and what holds it, the largest first; the code itself where it has no name."""
    found = [reference.find_area(area_code[:length]) for length in (3, 5, len(area_code))]
    return [area.name_en for area in found if area is not None] or [area_code]


def _identifier(kind: str, value: str) -> dict[str, Any]:
    return {"@type": "Identifier", "identifier_type": kind, "identifier_value": value}


def _moment(day: dt.date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00Z" if day else None


def _without_nothing(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what is not known: the standard's fields are all optional, and null is not one of their types."""
    return {key: value for key, value in document.items() if value not in (None, "")}
