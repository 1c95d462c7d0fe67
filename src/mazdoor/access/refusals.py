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
