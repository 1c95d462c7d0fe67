"""What is refused of forms not finished yet."""

from __future__ import annotations

from mazdoor.delivery.registration.refusals import catalogue

NO_OFFICER = catalogue.define(
    100,
    cause="A form is begun by an officer at a desk.",
    cause_ur="فارم دفتر کا اہلکار شروع کرتا ہے۔",
    remedy="Sign in first.",
    remedy_ur="پہلے داخل ہوں۔",
)
DRAFT_UNKNOWN = catalogue.define(
    101,
    cause="This unfinished form is not here any more, or is another officer's.",
    cause_ur="یہ نامکمل فارم اب یہاں نہیں، یا کسی اور اہلکار کا ہے۔",
    remedy="Look in your list of unfinished forms, or begin a new one.",
    remedy_ur="اپنے نامکمل فارموں کی فہرست دیکھیں، یا نیا شروع کریں۔",
)
DRAFT_TOO_LARGE = catalogue.define(
    102,
    cause="The form has become larger than a household's form can be.",
    cause_ur="فارم ایک گھرانے کے فارم سے بڑا ہو گیا ہے۔",
    remedy="Shorten the answers, or register the household in two forms.",
    remedy_ur="جواب مختصر کریں، یا گھرانہ دو فارموں میں درج کریں۔",
)
