"""Words of verification in the reader's language: kinds, ways, what parts, how long something waits."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS = {
    "identity": gettext_lazy("identity"),
    "life": gettext_lazy("among the living"),
    "family": gettext_lazy("family"),
    "phone": gettext_lazy("telephone"),
    "business": gettext_lazy("business"),
    "occupation": gettext_lazy("occupation"),
    "residence": gettext_lazy("residence"),
    "wealth_profile": gettext_lazy("other registers"),
}
METHODS = {
    "authority": gettext_lazy("answer of the authority"),
    "document": gettext_lazy("document"),
    "visit": gettext_lazy("visit"),
    "testimony": gettext_lazy("testimony"),
}
CAPACITIES = {
    "employer": gettext_lazy("employer"),
    "union": gettext_lazy("trade union"),
    "committee": gettext_lazy("local committee"),
    "official": gettext_lazy("official of the area"),
}
FIELDS = {
    "name": gettext_lazy("name"),
    "given_name": gettext_lazy("given name"),
    "surname": gettext_lazy("surname"),
    "father_name": gettext_lazy("father's name"),
    "birth_date": gettext_lazy("birth date"),
    "cnic": gettext_lazy("CNIC"),
    "sex": gettext_lazy("sex"),
    "mobile": gettext_lazy("the number is registered on another CNIC"),
    "mobile_in_use": gettext_lazy("the number is not in use"),
    "registered": gettext_lazy("registration for tax"),
    "number": gettext_lazy("tax number"),
    "member_not_theirs": gettext_lazy("a member who is not in the authority's family"),
    "member_absent": gettext_lazy("head or spouse who is not in the household"),
    "children": gettext_lazy("number of children"),
    "occupation": gettext_lazy("occupation"),
    "residence": gettext_lazy("residence"),
}
BANDS = {
    "week": gettext_lazy("up to 7 days"),
    "month": gettext_lazy("8 to 30 days"),
    "quarter": gettext_lazy("31 to 90 days"),
    "longer": gettext_lazy("over 90 days"),
}
REASONS = {
    "first": gettext_lazy("not verified yet"),
    "expired": gettext_lazy("the last answer runs out"),
    "changed": gettext_lazy("the record has changed since"),
    "asked": gettext_lazy("asked for anew"),
}
PROBLEMS = {
    "down": gettext_lazy("does not answer"),
    "refused": gettext_lazy("turns us away"),
    "unanswered": gettext_lazy("leaves questions unanswered"),
}


def field_names(fields: list[str]) -> str:
    """The fields that part, in words."""
    return _(", ").join(str(FIELDS.get(field, field)) for field in fields)
