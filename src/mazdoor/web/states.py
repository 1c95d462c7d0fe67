"""The words and colours of states, once for all screens.

Rooms keep states as codes; here each code gets its word in the reader's language and a tone: ``good`` (arrived),
``needs`` (a person must act), ``wrong`` (a person must act, and something has gone wrong), or none. Colour never
stands alone: the word says the same.
"""

from typing import Literal

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

Tone = Literal["", "good", "needs", "wrong"]

STATES: dict[str, tuple[str | Promise, Tone]] = {
    "received": (_("received"), ""),
    "registered": (_("registered"), "good"),
    "refused": (_("refused"), "wrong"),
    "pending": (_("waiting for an answer"), ""),
    "requested": (_("requested"), ""),
    "sent": (_("sent"), ""),
    "verified": (_("verified"), "good"),
    "match": (_("verified"), "good"),
    "no_match": (_("does not match"), "wrong"),
    "contested": (_("contested"), "needs"),
    "deceased": (_("deceased"), "wrong"),
    "unknown": (_("outcome unknown"), "needs"),
    "queued": (_("to be decided"), "needs"),
    "open": (_("open"), "needs"),
    "opened": (_("account opened"), "good"),
    "live": (_("in use"), "good"),
    "closed": (_("closed"), ""),
    "same": (_("one person"), "good"),
    "different": (_("two people"), ""),
    "merged": (_("merged"), "good"),
    "undone": (_("merge undone"), ""),
    "eligible": (_("qualifies"), "good"),
    "ineligible": (_("does not qualify"), ""),
    "undetermined": (_("cannot be told yet"), "needs"),
    "enrolled": (_("enrolled"), "good"),
    "active": (_("enrolled"), "good"),
    "suspended": (_("suspended"), "needs"),
    "exited": (_("left the programme"), ""),
    "draft": (_("in preparation"), ""),
    "prepared": (_("prepared: waits for approval"), "needs"),
    "approved": (_("approved: waits for release"), "needs"),
    "released": (_("released"), "good"),
    "rejected": (_("rejected"), "wrong"),
    "in_flight": (_("at the bank"), ""),
    "settled": (_("paid"), "good"),
    "returned": (_("returned by the bank"), "wrong"),
    "cancelled": (_("cancelled"), ""),
    "exception": (_("needs a person"), "wrong"),
    "resolved": (_("resolved"), "good"),
    "yes": (_("checked against the source"), "good"),
    "partial": (_("partly checked"), "needs"),
    "secondary": (_("from a secondary source"), "needs"),
    "weak": (_("weak source"), "needs"),
    "derived": (_("derived"), ""),
    "memory": (_("not verified"), "needs"),
}


def word(code: object) -> str | Promise:
    """The word of a state; a code without one speaks for itself."""
    return STATES.get(str(code), (str(code).replace("_", " "), ""))[0]


def tag(code: object) -> SafeString:
    """A state as a small label."""
    tone = STATES.get(str(code), ("", ""))[1]
    return format_html('<span class="tag {}">{}</span>', tone, word(code))
