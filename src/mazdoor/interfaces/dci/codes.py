"""Our coded answers in the standard's codes (SPDCI core v1 code lists), and back. What has no code there is left out."""

from __future__ import annotations

from typing import Final

MARITAL_STATUS: Final = {"single": "S", "married": "M", "widowed": "W", "divorced": "D", "separated": "L"}

EMPLOYMENT_STATUS: Final = {"employee": "4", "employer": "5", "own_account": "6", "contributing_family": "8"}

RELATIONSHIP: Final = {
    "head": "SELF",
    "spouse": "PRIMSPOUS",
    "child": "CHILD",
    "parent": "PRN",
    "sibling": "SIB",
    "child_in_law": "CHLDINLAW",
    "grandchild": "GRNDCHILD",
    "other": "EXT",
}

SEX: Final = frozenset({"female", "male", "other"})

LOCALES: Final = {"eng": "en", "en": "en", "urd": "ur", "ur": "ur"}
"""Language codes we are asked in → our language. The standard's pattern asks for three letters, its example has two."""

CONTEXT: Final = "https://schema.spdci.org/extensions/social/v1/Group.jsonld"
REGISTRY_TYPE: Final = "ns:org:RegistryType:Social"
VERSION: Final = "1.0.0"

EVENTS: Final = {
    "REGISTER": "REGISTER",
    "1": "REGISTER",
    "NewHouseHoldMember": "NewHouseHoldMember",
    "2": "NewHouseHoldMember",
    "UPDATE": "UPDATE",
}
"""Events one can subscribe to, by the last part of their names. ``UPDATE`` is ours: the standard's text promises
"registration and updates", its list names only the first two."""


def last_part(name: str) -> str:
    """``spdci:common:RegistryEventType:NewHouseHoldMember`` → ``NewHouseHoldMember``."""
    return name.rsplit(":", 1)[-1].strip()
