"""What other systems may search and sort by: a table of names, each with the one piece of SQL it stands for.

Nothing an asker writes ever becomes SQL: a name chooses a row of this table, and values travel as parameters. An
attribute behind a scope cannot be searched by without it, else "is there a disabled person called so?" would answer what
the answer withholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Kind(Enum):
    """How a value is read, and which comparisons make sense."""

    TEXT = auto()
    CODE = auto()
    PREFIX = auto()
    DATE = auto()
    WHOLE = auto()
    YES_NO = auto()
    CNIC = auto()
    MOBILE = auto()
    SOUNDS = auto()


ORDERED: Final = frozenset({Kind.DATE, Kind.WHOLE})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One searchable attribute. ``sql`` names the column (alias ``p`` is ``dci.person``), or, where ``within`` is set,
    the column inside that subquery, whose ``{test}`` is replaced by the comparison."""

    kind: Kind
    sql: str
    within: str = ""
    scope: str = ""
    sort: str = ""
    values: dict[str, str] | None = None
    """The standard's codes → ours, where they differ."""


_WORK: Final = "EXISTS (SELECT FROM dci.work w WHERE w.person_id = p.person_id AND {test})"
_KEYS: Final = "p.person_id IN (SELECT f.person_id FROM registration.person_match_features f WHERE {test})"
_SIZE: Final = "(SELECT count(*) FROM registration.person_now m WHERE m.household_id = p.household_id)"

_CNIC: Final = Attribute(Kind.CNIC, "f.cnic_index", within=_KEYS)
_MOBILE: Final = Attribute(Kind.MOBILE, "f.phone_index", within=_KEYS)
_NUMBER: Final = Attribute(Kind.CODE, "p.registry_number", sort="p.registry_number")
_AREA: Final = Attribute(Kind.PREFIX, "p.area_code", sort="p.area_code")
_BIRTH: Final = Attribute(Kind.DATE, "p.birth_date", sort="p.birth_date")
_MARRIED: Final = {"S": "single", "M": "married", "W": "widowed", "D": "divorced", "L": "separated"}
_EMPLOYED: Final = {"4": "employee", "5": "employer", "6": "own_account", "8": "contributing_family"}

ATTRIBUTES: Final[dict[str, Attribute]] = {
    "uin": _CNIC,
    "cnic": _CNIC,
    "nationalid": _CNIC,
    "mobile": _MOBILE,
    "phone_number": _MOBILE,
    "registry_number": _NUMBER,
    "member_identifier": _NUMBER,
    "name": Attribute(Kind.SOUNDS, "f.name_sounds", within=_KEYS),
    "given_name": Attribute(Kind.TEXT, "p.given_name", sort="p.given_name"),
    "surname": Attribute(Kind.TEXT, "p.surname", sort="p.surname"),
    "father_name": Attribute(Kind.TEXT, "p.father_name"),
    "sex": Attribute(Kind.CODE, "p.sex", sort="p.sex"),
    "birth_date": _BIRTH,
    "dob": _BIRTH,
    "yob": Attribute(Kind.WHOLE, "extract(year FROM p.birth_date)"),
    "age": Attribute(Kind.WHOLE, "extract(year FROM age(database_today(), p.birth_date))"),
    "marital_status": Attribute(Kind.CODE, "p.marital_status", values=_MARRIED),
    "registration_date": Attribute(Kind.DATE, "p.registered_on", sort="p.registered_on"),
    "area_code": _AREA,
    "location": _AREA,
    "district_code": Attribute(Kind.CODE, "p.district_code", sort="p.district_code"),
    "province_code": Attribute(Kind.CODE, "p.province_code", sort="p.province_code"),
    "relationship_head": Attribute(Kind.CODE, "p.relationship", scope="read.household"),
    "group_identifier": Attribute(Kind.WHOLE, "p.household_id", scope="read.household", sort="p.household_id"),
    "group_size": Attribute(Kind.WHOLE, _SIZE, scope="read.household"),
    "is_disabled": Attribute(Kind.YES_NO, "p.disability", scope="read.health"),
    "employment_status": Attribute(Kind.CODE, "w.status", within=_WORK, scope="read.work", values=_EMPLOYED),
    "employment_category": Attribute(Kind.CODE, "w.category", within=_WORK, scope="read.work"),
    "occupation": Attribute(Kind.PREFIX, "w.isco_code", within=_WORK, scope="read.work"),
    "industry": Attribute(Kind.PREFIX, "w.isic_code", within=_WORK, scope="read.work"),
}
"""By name in small letters; a prefix such as ``spdci:`` is dropped before."""

IDENTIFIERS: Final = frozenset(
    {"uin", "cnic", "nationalid", "mobile", "phone_number", "registry_number", "member_identifier"}
)
"""What a search by identifier type and value may use."""
