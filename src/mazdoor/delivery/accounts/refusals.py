"""What accounts refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("ACNT")

IBAN_INVALID = catalogue.define(
    1,
    cause="This is not a Pakistani IBAN: a letter or digit is wrong or missing.",
    cause_ur="یہ پاکستانی آئی بی اے این نہیں: کوئی حرف یا ہندسہ غلط ہے یا رہ گیا ہے۔",
    remedy="Read it again from the bank card, cheque book or app: 24 characters beginning with PK.",
    remedy_ur="بینک کارڈ، چیک بک یا ایپ سے دوبارہ پڑھیں: پی کے سے شروع ہونے والے 24 حروف۔",
)
NOT_VERIFIED = catalogue.define(
    2,
    cause="The person's identity has not been verified.",
    cause_ur="شخص کی شناخت کی تصدیق نہیں ہوئی۔",
    remedy="Have the identity verified, then link the account.",
    remedy_ur="پہلے شناخت کی تصدیق کرائیں، پھر اکاؤنٹ جوڑیں۔",
)
HAS_ACCOUNT = catalogue.define(
    3,
    cause="The person already has a live account for this purpose.",
    cause_ur="اس مقصد کے لیے شخص کا اکاؤنٹ پہلے سے موجود ہے۔",
    remedy="Close the old account first, if the person wants another.",
    remedy_ur="اگر شخص دوسرا چاہے تو پہلے پرانا اکاؤنٹ بند کریں۔",
)
SOMEBODY_ELSES = catalogue.define(
    4,
    cause="This account already belongs to another person on the register.",
    cause_ur="یہ اکاؤنٹ رجسٹر میں کسی اور شخص کا ہے۔",
    remedy="An account must be in the person's own name: ask for theirs, or open one.",
    remedy_ur="اکاؤنٹ شخص کے اپنے نام پر ہونا چاہیے: ان کا اکاؤنٹ لیں یا نیا کھولیں۔",
)
ACCOUNT_UNKNOWN = catalogue.define(
    5,
    cause="There is no such live account, or not in your area.",
    cause_ur="ایسا کوئی کھلا اکاؤنٹ نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Open the person's page and choose the account there.",
    remedy_ur="شخص کا صفحہ کھولیں اور وہاں اکاؤنٹ چنیں۔",
)
REASON_NEEDED = catalogue.define(
    6,
    cause="A reason is needed.",
    cause_ur="وجہ لکھنا ضروری ہے۔",
    remedy="Choose why the account is closed.",
    remedy_ur="اکاؤنٹ بند ہونے کی وجہ چنیں۔",
)
NO_CONSENT = catalogue.define(
    7,
    cause="The person has not agreed to an account being opened or linked.",
    cause_ur="شخص نے اکاؤنٹ کھولنے یا جوڑنے کی اجازت نہیں دی۔",
    remedy="Read the consent to the person and record their answer.",
    remedy_ur="رضامندی کی عبارت پڑھ کر سنائیں اور جواب درج کریں۔",
)
