"""What deliberation refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("DLB")

DRAFT_UNKNOWN = catalogue.define(
    1,
    cause="There is no such draft.",
    cause_ur="ایسا کوئی مسودہ نہیں۔",
    remedy="Look in the list of drafts.",
    remedy_ur="مسودوں کی فہرست دیکھیں۔",
)
NO_SNAPSHOT = catalogue.define(
    2,
    cause="No snapshot of the register has been taken, so there is nothing to try a change on.",
    cause_ur="رجسٹر کا کوئی ریکارڈ محفوظ نہیں کیا گیا، اس لیے تبدیلی آزمانے کے لیے کچھ نہیں۔",
    remedy="Assess a programme first: that freezes the register.",
    remedy_ur="پہلے کسی پروگرام کی جانچ کریں: اس سے ریکارڈ محفوظ ہوتا ہے۔",
)
DRAFT_CLOSED = catalogue.define(
    3,
    cause="This draft was withdrawn already.",
    cause_ur="یہ مسودہ پہلے ہی واپس لیا جا چکا ہے۔",
    remedy="Try the change again and save a new draft.",
    remedy_ur="تبدیلی دوبارہ آزمائیں اور نیا مسودہ محفوظ کریں۔",
)
CANNOT_EVALUATE = catalogue.define(
    4,
    cause="The change cannot be evaluated on the newest snapshot: {why}.",
    cause_ur="تازہ ترین ریکارڈ پر یہ تبدیلی نہیں چل سکی: {why}۔",
    remedy="Change the value or the condition that is named, and try again.",
    remedy_ur="بتائی گئی قدر یا شرط بدل کر دوبارہ کوشش کریں۔",
)
