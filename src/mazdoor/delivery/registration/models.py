"""Tables of registration: anchors that never change, and spells of what is believed about them.

``*_encrypted`` holds sealed values, ``*_index`` their blind indexes (see :mod:`mazdoor.kernel.sealing`). Every table
with people in it carries ``area_code`` (a P-code) for row-level security. The choices are codes of the questionnaire;
their words in English and Urdu live in :mod:`mazdoor.delivery.registration.words`.

Each ``models_*`` is one subject; they are gathered here, where Django looks for a room's tables.
"""

from __future__ import annotations

from mazdoor.delivery.registration.models_events import (
    Event,
    HandOver,
)
from mazdoor.delivery.registration.models_files import (
    FileDuplicate,
    FileImport,
)
from mazdoor.delivery.registration.models_forms import (
    Attachment,
    ConsentNotice,
    Draft,
)
from mazdoor.delivery.registration.models_interests import (
    IncomingMessage,
    Interest,
)
from mazdoor.delivery.registration.models_keys import (
    PersonKeys,
)
from mazdoor.delivery.registration.models_people import (
    Application,
    Consent,
    Family,
    Form,
    Household,
    HouseholdRecord,
    Load,
    Member,
    Person,
    PersonRecord,
)
from mazdoor.delivery.registration.models_spells import (
    AREA_CODE_LENGTH,
    CURRENT,
    Spell,
    past_area_code,
    spell_constraints,
)
from mazdoor.delivery.registration.models_work import (
    Business,
    BusinessRecord,
    Employment,
    EmploymentRecord,
    Premises,
)

__all__ = [
    "AREA_CODE_LENGTH",
    "CURRENT",
    "Application",
    "Attachment",
    "Business",
    "BusinessRecord",
    "Consent",
    "ConsentNotice",
    "Draft",
    "Employment",
    "EmploymentRecord",
    "Event",
    "Family",
    "FileDuplicate",
    "FileImport",
    "Form",
    "HandOver",
    "Household",
    "HouseholdRecord",
    "IncomingMessage",
    "Interest",
    "Load",
    "Member",
    "Person",
    "PersonKeys",
    "PersonRecord",
    "Premises",
    "Spell",
    "past_area_code",
    "spell_constraints",
]
