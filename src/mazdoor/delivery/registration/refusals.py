"""What registration refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("REG")

CNIC_MALFORMED = catalogue.define(
    1,
    cause="This is not a CNIC: thirteen digits are needed, {digits} were given.",
    cause_ur="یہ شناختی کارڈ نمبر نہیں ہے: تیرہ ہندسے چاہییں، {digits} دیے گئے۔",
    remedy="Read the number again from the card, for example 12345-1234567-1.",
    remedy_ur="کارڈ سے نمبر دوبارہ پڑھیں، مثال: 1-1234567-12345۔",
)
MOBILE_MALFORMED = catalogue.define(
    2,
    cause="This is not a mobile number of Pakistan.",
    cause_ur="یہ پاکستان کا موبائل نمبر نہیں ہے۔",
    remedy="Write eleven digits beginning with 03, or leave it empty.",
    remedy_ur="گیارہ ہندسے لکھیں جو 03 سے شروع ہوں، یا خالی چھوڑ دیں۔",
)
NAME_MISSING = catalogue.define(
    3,
    cause="A given name is needed.",
    cause_ur="نام لکھنا ضروری ہے۔",
    remedy="Write the name as the person says it, in either script.",
    remedy_ur="نام ویسے ہی لکھیں جیسے شخص بتائے، اردو یا انگریزی میں۔",
)
BIRTH_IN_FUTURE = catalogue.define(
    4,
    cause="The birth date lies after the day of registration.",
    cause_ur="تاریخ پیدائش اندراج کے دن کے بعد کی ہے۔",
    remedy="Check day, month and year; where only the year is known, give the year.",
    remedy_ur="دن، مہینہ اور سال دیکھیں؛ صرف سال معلوم ہو تو سال لکھیں۔",
)
AREA_UNKNOWN = catalogue.define(
    5,
    cause="There is no area with this code.",
    cause_ur="اس کوڈ کا کوئی علاقہ نہیں۔",
    remedy="Choose the district and tehsil from the list.",
    remedy_ur="فہرست سے ضلع اور تحصیل چنیں۔",
)
ANSWER_UNKNOWN = catalogue.define(
    6,
    cause="“{field}” has an answer that is not on its list.",
    cause_ur="”{field}“ کا جواب فہرست میں نہیں۔",
    remedy="Choose one of the answers on the list.",
    remedy_ur="فہرست میں سے ایک جواب چنیں۔",
)
CONSENT_MISSING = catalogue.define(
    7,
    cause="Nobody is registered without agreeing to it.",
    cause_ur="رضامندی کے بغیر کسی کا اندراج نہیں ہوتا۔",
    remedy="Read the consent to the person and record their answer.",
    remedy_ur="رضامندی کی عبارت پڑھ کر سنائیں اور جواب درج کریں۔",
)
HEAD_MISSING = catalogue.define(
    8,
    cause="A household has exactly one head; {heads} were given.",
    cause_ur="گھرانے کا ایک ہی سربراہ ہوتا ہے؛ {heads} دیے گئے۔",
    remedy="Say who the head of the household is.",
    remedy_ur="بتائیں کہ گھرانے کا سربراہ کون ہے۔",
)
PAY_NEGATIVE = catalogue.define(
    9,
    cause="Pay cannot be less than nothing.",
    cause_ur="اجرت صفر سے کم نہیں ہو سکتی۔",
    remedy="Write the amount in rupees, or 0 where no money is paid.",
    remedy_ur="رقم روپوں میں لکھیں، نقد نہ ملتی ہو تو 0۔",
)
POPULATION_UNREADABLE = catalogue.define(
    10,
    cause="The folder does not hold a population that can be loaded ({problem}).",
    cause_ur="اس فولڈر میں لوڈ کرنے کے قابل آبادی نہیں ({problem})۔",
    remedy="Make one with: mazdoor synth --workers 5000 --seed 1 --out FOLDER",
    remedy_ur="یوں بنائیں: mazdoor synth --workers 5000 --seed 1 --out FOLDER",
)
PERSON_UNKNOWN = catalogue.define(
    11,
    cause="No person with this number is on the register, or not in your area.",
    cause_ur="اس نمبر کا کوئی شخص رجسٹر میں نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Search by name, or ask the office of the person's own district.",
    remedy_ur="نام سے تلاش کریں، یا متعلقہ ضلع کے دفتر سے پوچھیں۔",
)
AREA_NOT_YOURS = catalogue.define(
    12,
    cause="This area is not among those you work for.",
    cause_ur="یہ علاقہ آپ کی ذمہ داری میں نہیں۔",
    remedy="Register people of your own area, or hand the form to the office of that district.",
    remedy_ur="اپنے علاقے کے لوگوں کا اندراج کریں، یا فارم متعلقہ ضلع کے دفتر کو دیں۔",
)
BUSINESS_NEEDED = catalogue.define(
    13,
    cause="An employee of a business needs the name of the business.",
    cause_ur="کاروبار کے ملازم کے لیے کاروبار کا نام ضروری ہے۔",
    remedy="Write the name people know the business by.",
    remedy_ur="کاروبار کا وہ نام لکھیں جس سے لوگ جانتے ہیں۔",
)
