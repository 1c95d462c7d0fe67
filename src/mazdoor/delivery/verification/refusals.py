"""What verification refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("VER")

KIND_BY_HAND_ONLY = catalogue.define(
    1,
    cause="The identity authority is not asked about “{kind}”.",
    cause_ur="”{kind}“ کے بارے میں شناختی ادارے سے نہیں پوچھا جاتا۔",
    remedy="Record what a verifier found.",
    remedy_ur="تصدیق کنندہ نے جو پایا وہ درج کریں۔",
)
DISCREPANCY_CLOSED = catalogue.define(
    2,
    cause="There is no such open discrepancy, or not in your area.",
    cause_ur="ایسا کوئی کھلا اختلاف نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Choose one from the list of open discrepancies.",
    remedy_ur="کھلے اختلافات کی فہرست میں سے چنیں۔",
)
REASON_NEEDED = catalogue.define(
    3,
    cause="What was found must be written down.",
    cause_ur="جو پایا گیا اسے لکھنا ضروری ہے۔",
    remedy="Write it in a few words, without names or numbers of persons.",
    remedy_ur="چند لفظوں میں لکھیں، ناموں اور نمبروں کے بغیر۔",
)
PERSON_UNKNOWN = catalogue.define(
    4,
    cause="There is no such person on the register, or not in your area.",
    cause_ur="رجسٹر میں ایسا کوئی شخص نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Look the person up by registry number.",
    remedy_ur="رجسٹری نمبر سے شخص تلاش کریں۔",
)
