"""What the access room refuses, in English and Urdu."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Catalogue

catalogue: Final = Catalogue("OFF")

OFFICER_UNKNOWN = catalogue.define(
    1,
    cause="No active officer with this number.",
    cause_ur="اس نمبر کا کوئی فعال افسر نہیں۔",
    remedy="Sign in again. If the account was closed, ask your administrator.",
    remedy_ur="دوبارہ داخل ہوں۔ اگر آپ کا داخلہ بند کر دیا گیا ہے تو اپنے منتظم سے پوچھیں۔",
)
DESK_MAY_NOT = catalogue.define(
    2,
    cause="Your desk ({desk}) may not do this ({act}).",
    cause_ur="آپ کے ڈیسک ({desk}) کو یہ کام ({act}) کرنے کی اجازت نہیں۔",
    remedy="Ask an officer of one of these desks: {desks}.",
    remedy_ur="ان ڈیسکوں کے کسی افسر سے کہیں: {desks}۔",
)
NOT_SIGNED_IN = catalogue.define(
    3,
    cause="Nobody is signed in.",
    cause_ur="کوئی داخل نہیں ہوا۔",
    remedy="Sign in and repeat what you were doing.",
    remedy_ur="داخل ہو کر اپنا کام دوبارہ کریں۔",
)

workers: Final = Catalogue("WRK")

NO_MOBILE = workers.define(
    1,
    cause="This is not a mobile number of Pakistan.",
    cause_ur="یہ پاکستان کا موبائل نمبر نہیں ہے۔",
    remedy="Write eleven digits beginning with 03.",
    remedy_ur="گیارہ ہندسے لکھیں جو 03 سے شروع ہوں۔",
)
MANY_CODES = workers.define(
    2,
    cause="Too many codes were asked for with this number.",
    cause_ur="اس نمبر پر بہت زیادہ کوڈ مانگے جا چکے ہیں۔",
    remedy="Try again after {hours} h, or go to a registration office.",
    remedy_ur="{hours} گھنٹے بعد دوبارہ کوشش کریں، یا رجسٹریشن دفتر جائیں۔",
)
MANY_FROM_HERE = workers.define(
    3,
    cause="Too many tries came from this network.",
    cause_ur="اس نیٹ ورک سے بہت زیادہ کوششیں ہوئیں۔",
    remedy="Try again in an hour, or go to a registration office.",
    remedy_ur="ایک گھنٹے بعد دوبارہ کوشش کریں، یا رجسٹریشن دفتر جائیں۔",
)
SOON_AGAIN = workers.define(
    4,
    cause="A code was sent just now.",
    cause_ur="کوڈ ابھی بھیجا گیا ہے۔",
    remedy="Wait {seconds} seconds, then ask again.",
    remedy_ur="{seconds} سیکنڈ انتظار کریں، پھر دوبارہ مانگیں۔",
)
MANY_GUESSES = workers.define(
    5,
    cause="Too many wrong codes were given for this number.",
    cause_ur="اس نمبر کے لیے بہت زیادہ غلط کوڈ دیے گئے۔",
    remedy="Try again tomorrow, or go to a registration office.",
    remedy_ur="کل دوبارہ کوشش کریں، یا رجسٹریشن دفتر جائیں۔",
)
VISIT_ENDED = workers.define(
    6,
    cause="Your visit has ended, so that nobody else sees your record.",
    cause_ur="آپ کا وقت ختم ہو گیا، تاکہ کوئی اور آپ کا ریکارڈ نہ دیکھے۔",
    remedy="Begin again with your mobile number.",
    remedy_ur="اپنے موبائل نمبر سے دوبارہ شروع کریں۔",
)
MANY_CLAIMS = workers.define(
    7,
    cause="Too many tries that did not fit were made with this number today.",
    cause_ur="آج اس نمبر سے بہت زیادہ غلط کوششیں ہوئیں۔",
    remedy="Try again tomorrow, or go to a registration office with your CNIC.",
    remedy_ur="کل دوبارہ کوشش کریں، یا شناختی کارڈ لے کر رجسٹریشن دفتر جائیں۔",
)
NOT_FOR_WORKERS = workers.define(
    8,
    cause="This cannot be done from the workers' pages ({act}).",
    cause_ur="یہ کام کارکنوں کے صفحات سے نہیں ہو سکتا ({act})۔",
    remedy="Go to a registration office.",
    remedy_ur="رجسٹریشن دفتر جائیں۔",
)
NOT_SENT = workers.define(
    9,
    cause="The message could not be sent just now.",
    cause_ur="پیغام ابھی نہیں بھیجا جا سکا۔",
    remedy="Wait a minute and ask for a new code.",
    remedy_ur="ایک منٹ انتظار کریں اور نیا کوڈ مانگیں۔",
)
