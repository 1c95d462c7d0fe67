"""What checking a form refuses, repairs and flags. Refusals stop a form; repairs and flags are told and do not."""

from __future__ import annotations

from mazdoor.delivery.registration.refusals import catalogue

ANSWER_MISSING = catalogue.define(
    14,
    cause="“{question}” has no answer.",
    cause_ur="”{question_ur}“ کا جواب نہیں دیا گیا۔",
    remedy="Ask the person and write the answer.",
    remedy_ur="شخص سے پوچھ کر جواب لکھیں۔",
)
NO_NUMBER = catalogue.define(
    15,
    cause="“{question}” is not a number.",
    cause_ur="”{question_ur}“ میں ہندسے نہیں لکھے گئے۔",
    remedy="Write it in digits, for example {example}.",
    remedy_ur="ہندسوں میں لکھیں، مثلاً {example}۔",
)
OUT_OF_BOUNDS = catalogue.define(
    16,
    cause="“{question}” lies outside {least} to {most}.",
    cause_ur="”{question_ur}“ {least} سے {most} کے درمیان نہیں۔",
    remedy="Check the number with the person.",
    remedy_ur="شخص سے پوچھ کر عدد دوبارہ دیکھیں۔",
)
TOO_LONG = catalogue.define(
    17,
    cause="“{question}” is longer than {most} characters.",
    cause_ur="”{question_ur}“ {most} حروف سے لمبا ہے۔",
    remedy="Write it shorter.",
    remedy_ur="مختصر لکھیں۔",
)
NO_DATE = catalogue.define(
    18,
    cause="“{question}” is not a day, month or year that can be read.",
    cause_ur="”{question_ur}“ میں تاریخ پڑھی نہیں جا سکی۔",
    remedy="Write it as 1987-03-07 or 7/3/1987 (day first); where only the year is known, 1987.",
    remedy_ur="یوں لکھیں: 1987-03-07 یا 7/3/1987 (پہلے دن)؛ صرف سال معلوم ہو تو 1987۔",
)
DATE_TO_COME = catalogue.define(
    19,
    cause="“{question}” lies after today.",
    cause_ur="”{question_ur}“ آج کے بعد کی تاریخ ہے۔",
    remedy="Check day, month and year.",
    remedy_ur="دن، مہینہ اور سال دیکھیں۔",
)
BEFORE_BIRTH = catalogue.define(
    20,
    cause="“{question}” lies before the person's birth.",
    cause_ur="”{question_ur}“ شخص کی پیدائش سے پہلے کی تاریخ ہے۔",
    remedy="Check this date and the date of birth.",
    remedy_ur="یہ تاریخ اور تاریخ پیدائش دونوں دیکھیں۔",
)
NO_YES_OR_NO = catalogue.define(
    21,
    cause="“{question}” is answered by yes or no.",
    cause_ur="”{question_ur}“ کا جواب ہاں یا نہیں ہے۔",
    remedy="Write yes or no, or leave it empty where nobody knows.",
    remedy_ur="ہاں یا نہیں لکھیں، معلوم نہ ہو تو خالی چھوڑ دیں۔",
)
NO_NAME = catalogue.define(
    22,
    cause="“{question}” holds digits or signs that no name has.",
    cause_ur="”{question_ur}“ میں ایسے ہندسے یا نشان ہیں جو نام میں نہیں ہوتے۔",
    remedy="Write only the name, in letters.",
    remedy_ur="صرف نام لکھیں، حروف میں۔",
)
NO_ACCOUNT = catalogue.define(
    23,
    cause="“{question}” is neither an IBAN with right check digits nor a mobile number.",
    cause_ur="”{question_ur}“ نہ درست آئی بین (IBAN) ہے نہ موبائل نمبر۔",
    remedy="Copy the number again from the cheque book or the app.",
    remedy_ur="چیک بک یا ایپ سے نمبر دوبارہ دیکھ کر لکھیں۔",
)
NO_REGISTRY_NUMBER = catalogue.define(
    24,
    cause="“{question}” is not a registry number: twelve digits with the right check digit are needed.",
    cause_ur="”{question_ur}“ رجسٹری نمبر نہیں: درست جانچ والے بارہ ہندسے چاہییں۔",
    remedy="Copy the number from the registry card.",
    remedy_ur="رجسٹری کارڈ سے نمبر لکھیں۔",
)
NO_PLACE = catalogue.define(
    25,
    cause="“{question}” is not a latitude and a longitude in degrees.",
    cause_ur="”{question_ur}“ درجوں میں عرض بلد اور طول بلد نہیں۔",
    remedy="Write both as decimals with a space between, for example 31.5204 74.3587.",
    remedy_ur="دونوں اعشاریہ میں، بیچ میں جگہ چھوڑ کر لکھیں، مثلاً 31.5204 74.3587۔",
)
CODE_UNKNOWN = catalogue.define(
    26,
    cause="“{question}” names nothing on its list.",
    cause_ur="”{question_ur}“ میں لکھی چیز فہرست میں نہیں۔",
    remedy="Write the code, or the name exactly as on the list, for example {example}.",
    remedy_ur="کوڈ لکھیں، یا نام بالکل ویسے جیسے فہرست میں ہے، مثلاً {example_ur}۔",
)
QUESTION_UNKNOWN = catalogue.define(
    27,
    cause="No question is called “{field}”.",
    cause_ur="”{field}“ نام کا کوئی سوال نہیں۔",
    remedy="Use the names of the questionnaire; the template lists them.",
    remedy_ur="سوالنامے کے نام استعمال کریں؛ وہ نمونے میں درج ہیں۔",
)
TOO_MANY = catalogue.define(
    28,
    cause="“{section}” can be given {most} times at most; {given} were given.",
    cause_ur="”{section_ur}“ زیادہ سے زیادہ {most} بار لکھا جا سکتا ہے؛ {given} بار لکھا گیا۔",
    remedy="Leave out the least important, or use another form.",
    remedy_ur="کم اہم کو چھوڑ دیں، یا دوسرا فارم استعمال کریں۔",
)
SHAPE_WRONG = catalogue.define(
    29,
    cause="“{field}” does not have the shape of the form here.",
    cause_ur="”{field}“ کی ساخت فارم جیسی نہیں۔",
    remedy="A section that repeats is a list of objects, any other an object, an answer a plain value.",
    remedy_ur="دہرایا جانے والا حصہ فہرست ہوتا ہے، باقی حصے اشیا، اور جواب سادہ قدر۔",
)
FORM_REFUSED = catalogue.define(
    30,
    cause="{problems} answers of this form have to be put right first.",
    cause_ur="اس فارم کے {problems} جواب پہلے درست کرنے ہوں گے۔",
    remedy="Each is named with its place and what is wrong; nothing was registered.",
    remedy_ur="ہر ایک کی جگہ اور غلطی بتائی گئی ہے؛ کچھ درج نہیں ہوا۔",
)
UNDER_AGE = catalogue.define(
    31,
    # Where the figures come from, and how far each was verified: domestic_least_age in the policy, least_ages.yaml here.
    cause="This worker was {age} on the day of the form, under {least}, the age held here for this work. Recorded and flagged.",
    cause_ur="فارم کے دن اس کارکن کی عمر {age} سال تھی، یہاں اس کام کی حد {least} سال ہے۔ درج کر کے نشان لگا دیا گیا۔",
    remedy="Check the date of birth and the law of the province. The child stays on the register; tell the labour office.",
    remedy_ur="تاریخ پیدائش اور صوبے کا قانون دیکھیں۔ بچہ رجسٹر میں رہے گا؛ محکمہ محنت کو بتائیں۔",
)
YOUNG_FOR_CNIC = catalogue.define(
    32,
    cause="Somebody under 18 has no CNIC: the number is taken for that of a B-form or juvenile card.",
    cause_ur="۱۸ سال سے کم عمر کا شناختی کارڈ نہیں ہوتا: یہ نمبر ب فارم یا نابالغ کارڈ کا سمجھا گیا۔",
    remedy="Check the number and the date of birth.",
    remedy_ur="نمبر اور تاریخ پیدائش دیکھیں۔",
)
READ_AS_DIGITS = catalogue.define(
    33,
    cause="Letters in “{question}” were read as digits (O as 0, I and l as 1, S as 5, B as 8).",
    cause_ur="”{question_ur}“ میں حروف کو ہندسے پڑھا گیا (O کو 0، I اور l کو 1، S کو 5، B کو 8)۔",
    remedy="Compare with the card.",
    remedy_ur="کارڈ سے ملا لیں۔",
)
MARKS_TAKEN_OUT = catalogue.define(
    34,
    cause="Invisible marks were taken out of “{question}”.",
    cause_ur="”{question_ur}“ سے نظر نہ آنے والے نشان نکال دیے گئے۔",
    remedy="Nothing is to be done.",
    remedy_ur="کچھ کرنے کی ضرورت نہیں۔",
)
WRITTEN_OTHERWISE = catalogue.define(
    35,
    cause="“{question}” was written otherwise and read in the usual form.",
    cause_ur="”{question_ur}“ کسی اور طرح لکھا تھا، معمول کی شکل میں پڑھا گیا۔",
    remedy="Nothing is to be done.",
    remedy_ur="کچھ کرنے کی ضرورت نہیں۔",
)
MONTH_FIRST = catalogue.define(
    36,
    cause="“{question}” was read with the month first: read day first it is no day of the calendar.",
    cause_ur="”{question_ur}“ میں پہلے مہینہ پڑھا گیا: پہلے دن پڑھنے سے کوئی تاریخ نہیں بنتی۔",
    remedy="Check the date with the person.",
    remedy_ur="شخص سے تاریخ پوچھ لیں۔",
)
NOT_ASKED = catalogue.define(
    37,
    cause="“{question}” is not asked here, so its answer was left out.",
    cause_ur="”{question_ur}“ یہاں نہیں پوچھا جاتا، اس لیے اس کا جواب چھوڑ دیا گیا۔",
    remedy="Check the answers it depends on.",
    remedy_ur="جن جوابوں پر یہ منحصر ہے انہیں دیکھیں۔",
)
ELSEWHERE = catalogue.define(
    38,
    cause="{what} does not fit with the rest of the form.",
    cause_ur="{what_ur} فارم کے باقی جوابوں سے نہیں ملتا۔",
    remedy="Check it with the person.",
    remedy_ur="شخص سے پوچھ کر درست کریں۔",
)
FILE_UNFIT = catalogue.define(
    39,
    cause="The file cannot be kept: {why}.",
    cause_ur="فائل نہیں رکھی جا سکتی: {why_ur}۔",
    remedy="Send a photo (JPEG, PNG, WebP) or a PDF of at most {most} MB.",
    remedy_ur="تصویر (JPEG، PNG، WebP) یا پی ڈی ایف بھیجیں جو {most} ایم بی سے زیادہ نہ ہو۔",
)
FILE_WITHHELD = catalogue.define(
    110,
    cause="The virus scanner has not cleared this file yet, so it is shown to nobody.",
    cause_ur="وائرس اسکینر نے اس فائل کو ابھی پاک قرار نہیں دیا، اس لیے یہ کسی کو نہیں دکھائی جاتی۔",
    remedy="It is scanned again by itself. Try later; if it stays so, tell whoever runs the installation.",
    remedy_ur="یہ خود بخود دوبارہ جانچی جائے گی۔ بعد میں کوشش کریں؛ پھر بھی نہ کھلے تو نظام کے منتظم کو بتائیں۔",
)
SCRIPT_MOVED = catalogue.define(
    111,
    cause="“{question}” was written in the other script and was kept as the name in that script.",
    cause_ur="”{question_ur}“ دوسرے رسم الخط میں لکھا تھا، اسے اسی رسم الخط کے نام میں رکھا گیا۔",
    remedy="Nothing is to be done.",
    remedy_ur="کچھ کرنے کی ضرورت نہیں۔",
)
WRONG_SCRIPT = catalogue.define(
    112,
    cause="“{question}” is written in the wrong script, and the name in that script is there already.",
    cause_ur="”{question_ur}“ غلط رسم الخط میں لکھا ہے، اور اس رسم الخط میں نام پہلے سے موجود ہے۔",
    remedy="Write it in its own letters (English or Urdu), or leave it empty.",
    remedy_ur="اسے اس کے اپنے حروف (انگریزی یا اردو) میں لکھیں، یا خالی چھوڑ دیں۔",
)
MAY_BE_HERE = catalogue.define(
    88,
    cause="Somebody who may be this person is on the register already. The person was recorded and flagged.",
    cause_ur="رجسٹر میں پہلے سے کوئی ہے جو یہی شخص ہو سکتا ہے۔ اندراج ہو گیا اور نشان لگا دیا گیا۔",
    remedy="Nothing is to be done here: an officer compares the two records. Do not send the person again.",
    remedy_ur="یہاں کچھ کرنے کی ضرورت نہیں: افسر دونوں اندراج ملا کر دیکھے گا۔ اس شخص کو دوبارہ نہ بھیجیں۔",
)
