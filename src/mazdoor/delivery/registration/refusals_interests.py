"""What the list of requests by message refuses."""

from mazdoor.delivery.registration.refusals import catalogue

INTEREST_NOT_OPEN = catalogue.define(
    130,
    cause="There is no such open request, a colleague has taken it up, or it is not in your area.",
    cause_ur="ایسی کوئی کھلی درخواست نہیں، کسی ساتھی نے لے لی ہے، یا آپ کے علاقے میں نہیں۔",
    remedy="Choose one from the list of requests by message.",
    remedy_ur="پیغام سے آئی درخواستوں کی فہرست میں سے چنیں۔",
)
INTEREST_AREA = catalogue.define(
    131,
    cause="There is no such district.",
    cause_ur="ایسا کوئی ضلع نہیں۔",
    remedy="Choose a district from the list.",
    remedy_ur="فہرست میں سے ضلع چنیں۔",
)
