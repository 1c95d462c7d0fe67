"""Fields and levels of likeness in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, Promise] = {
    "given": _("Given name"),
    "surname": _("Surname"),
    "father": _("Father's name"),
    "birth": _("Birth date"),
    "sex": _("Sex"),
    "place": _("Lives in"),
    "phone": _("Mobile"),
    "cnic": _("CNIC"),
    "kinship": _("Could they be kin?"),
    "prior": _("Where every pair begins"),
}

LEVELS: dict[str, Promise] = {
    "same": _("the same"),
    "same_sound": _("sound the same"),
    "close": _("nearly the same"),
    "somewhat_close": _("somewhat alike"),
    "shared_part": _("share a part"),
    "one_part_differs": _("one part differs"),
    "swapped_with_father": _("exchanged with the father's name"),
    "misspelt": _("misspelt"),
    "different": _("different"),
    "same_date": _("the same date"),
    "same_rounded": _("the same, rounded to 1 January"),
    "day_and_month_swapped": _("day and month swapped"),
    "day_same_year_near": _("the same day, a year near"),
    "year_same_one_rounded": _("the same year, one rounded to 1 January"),
    "years_near": _("years near each other"),
    "same_area": _("the same tehsil"),
    "same_district": _("the same district"),
    "same_province": _("the same province"),
    "phone": _("the same telephone"),
    "same_head": _("the same beginning"),
    "digits_swapped": _("the same digits in another order"),
    "outer_segments_same": _("first and last part the same"),
    "serial_and_another_segment_same": _("number and another part the same"),
}


def field(name: str) -> str:
    """A field's name; one without words speaks for itself."""
    return str(FIELDS.get(name, name))


def level(name: str | None) -> str:
    """A level in words; nothing can be said where one side is missing."""
    return str(_("cannot be compared")) if name is None else str(LEVELS.get(name, name.replace("_", " ")))
