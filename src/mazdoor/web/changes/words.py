"""Changes in words: kinds, fields, evidence, events, values."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.casework.changes import EVIDENCE, FIELDS, find_kind
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats

EVENTS: Final[dict[str, Promise]] = {
    "move": gettext_lazy("moved"),
    "join": gettext_lazy("joined a household"),
    "split": gettext_lazy("left and keeps house apart"),
    "union": gettext_lazy("households joined"),
    "marriage": gettext_lazy("married"),
    "divorce": gettext_lazy("divorced"),
    "birth": gettext_lazy("was born"),
    "death": gettext_lazy("died"),
    "change": gettext_lazy("something changed"),
    "correction": gettext_lazy("corrected"),
    "link_undone": gettext_lazy("a mistaken link was undone"),
    "job_started": gettext_lazy("began a job"),
    "job_changed": gettext_lazy("terms of a job changed"),
    "job_ended": gettext_lazy("a job ended"),
    "business_changed": gettext_lazy("a business changed"),
    "reversal": gettext_lazy("an event was taken back"),
}
CHANNELS: Final[dict[str, Promise]] = {
    "officer": gettext_lazy("an officer"),
    "worker": gettext_lazy("the worker"),
    "verification": gettext_lazy("verification"),
    "api": gettext_lazy("another system"),
    "message": gettext_lazy("a message"),
}
WAYS: Final[dict[str, Promise]] = {
    "form": gettext_lazy("a new form"),
    "visit": gettext_lazy("a visit"),
    "office": gettext_lazy("at the office"),
    "portal": gettext_lazy("on the portal"),
    "change": gettext_lazy("a change"),
}


def kind_title(code: str) -> str:
    """What a kind of change is called."""
    kind = find_kind(code)
    return kind.title.in_language(formats.language()) if kind else code


def field_title(name: str) -> str:
    """What a field is called."""
    return FIELDS[name].label.in_language(formats.language()) if name in FIELDS else name


def field_titles(names: Sequence[str]) -> str:
    """Several fields in one line."""
    return _(", ").join(field_title(name) for name in names)


def evidence_title(code: str) -> str:
    """What shows that something is so."""
    return EVIDENCE[code].in_language(formats.language()) if code in EVIDENCE else code


def event_title(code: str) -> str:
    """What happened."""
    return str(EVENTS.get(code, code))


def said(name: str, value: Any) -> Any:
    """A value of a field as people read it."""
    if value is None or value == "":
        return formats.NOTHING
    language, field = formats.language(), FIELDS[name]
    if field.kind == "items" and field.answers is not None:
        return _(", ").join(
            _("%(skill)s: %(has)s") % {"skill": field.answers.say(code, language), "has": _("Yes") if has else _("No")}
            for code, has in value.items()
        )
    if field.kind == "codes" and field.answers is not None:
        return _(", ").join(field.answers.say(str(code), language) for code in value) or formats.NOTHING
    if field.answers is not None:
        return field.answers.say(str(value), language)
    match field.kind:
        case "date":
            return formats.day(value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)))
        case "yes_no":
            return _("Yes") if value else _("No")
        case "area":
            return reference.area_name(str(value), language)
        case "money":
            return formats.money(int(value))
        case "occupation":
            return reference.isco_title(str(value), language)
        case "industry":
            return reference.isic_title(str(value), language)
        case "person":
            return person_name(int(value))
        case "members":
            return _(", ").join(person_name(int(number)) for number in value)
        case "business":
            return registration.business_name(business_id=int(value)) or _("a business another office answers for")
        case "cnic" | "old_nic" | "tax_number" | "mobile" | "iban" | "number" | "decimal":
            return formats.ltr(value)
        case "household":
            return household_name(int(value))
        case _:
            return value


def full_name(row: Mapping[str, Any]) -> str:
    """The name in the reader's script where it is known in it, else in the other; a sentence where it is not ours to see."""
    if row.get("given_name") is None:
        return _("somebody another office answers for now")
    return formats.full_name(row)


def person_name(person_id: int) -> str:
    """The name of a person by number, as far as the reader may see them."""
    try:
        return full_name(registration.get_person(person_id=person_id))
    except Refusal:
        return _("somebody another office answers for now")


def household_name(household_id: int) -> str:
    """A household by the name of its head."""
    members = registration.household_members(household_id=household_id)
    return _("household of %(name)s") % {"name": full_name(members[0])} if members else _("a household nobody lives in")


def relationship(code: str) -> str:
    """How somebody stands to the head of a household."""
    return words.RELATIONSHIP.say(code, formats.language())
