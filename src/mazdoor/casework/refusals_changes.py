"""What changes and recertification refuse, why, and what to do about it (``CSW-010`` to ``CSW-039``)."""

from mazdoor.casework.refusals import catalogue

KIND_UNKNOWN = catalogue.define(
    10,
    cause="There is no such kind of change, or it cannot be asked for at this door.",
    cause_ur="تبدیلی کی ایسی کوئی قسم نہیں، یا اس راستے سے نہیں مانگی جا سکتی۔",
    remedy="Choose a kind from the list, or come to an office.",
    remedy_ur="فہرست سے قسم چنیں، یا دفتر آئیں۔",
)
FIELD_UNDER_CHANGE = catalogue.define(
    11,
    cause="Change {change} already asks for something else about the same thing ({field}) and is not decided yet.",
    cause_ur="تبدیلی {change} پہلے سے اسی بات ({field}) کے بارے میں کچھ اور مانگ رہی ہے اور ابھی فیصلہ نہیں ہوا۔",
    remedy="Decide or withdraw change {change} first, then ask again.",
    remedy_ur="پہلے تبدیلی {change} کا فیصلہ کریں یا اسے واپس لیں، پھر دوبارہ مانگیں۔",
)
VALUES_MISSING = catalogue.define(
    12,
    cause="This change does not say what it needs to say ({field}).",
    cause_ur="اس تبدیلی میں ضروری بات ({field}) نہیں لکھی گئی۔",
    remedy="Fill in what is missing.",
    remedy_ur="جو رہ گیا ہے وہ لکھیں۔",
)
VALUE_UNREADABLE = catalogue.define(
    13,
    cause="What was written for “{field}” cannot be read.",
    cause_ur="”{field}“ میں لکھی ہوئی بات پڑھی نہیں جا سکتی۔",
    remedy="Write it again in the form shown beside the field.",
    remedy_ur="خانے کے ساتھ دکھائی گئی شکل میں دوبارہ لکھیں۔",
)
EVIDENCE_MISSING = catalogue.define(
    14,
    cause="This change needs something that shows it is so.",
    cause_ur="اس تبدیلی کے لیے ثبوت ضروری ہے۔",
    remedy="Choose from the list what was seen or who says so.",
    remedy_ur="فہرست سے چنیں کہ کیا دیکھا گیا یا کون گواہ ہے۔",
)
CHANGE_UNKNOWN = catalogue.define(
    15,
    cause="There is no such change, or not in your area.",
    cause_ur="ایسی کوئی تبدیلی نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Look in the list of changes that wait.",
    remedy_ur="منتظر تبدیلیوں کی فہرست دیکھیں۔",
)
CHANGE_DECIDED = catalogue.define(
    16,
    cause="This change is {state}, so this can no longer be done.",
    cause_ur="یہ تبدیلی {state} ہے، اس لیے یہ نہیں ہو سکتا۔",
    remedy="Open a new one if something has changed.",
    remedy_ur="کچھ بدلا ہو تو نئی تبدیلی کھولیں۔",
)
SECOND_PERSON_NEEDED = catalogue.define(
    17,
    cause="Who asked for a change does not approve it, and who approved it does not take it back.",
    cause_ur="جس نے تبدیلی مانگی وہ منظور نہیں کرتا، اور جس نے منظور کی وہ واپس نہیں لیتا۔",
    remedy="Ask a colleague at the {desk} desk.",
    remedy_ur="{desk} ڈیسک کے کسی ساتھی سے کہیں۔",
)
DESK_DOES_NOT_APPROVE = catalogue.define(
    18,
    cause="Changes of this kind are approved at the {desk} desk.",
    cause_ur="اس قسم کی تبدیلیاں {desk} ڈیسک منظور کرتا ہے۔",
    remedy="Leave it in the queue for them.",
    remedy_ur="اسے ان کی فہرست میں رہنے دیں۔",
)
CHANGED_MEANWHILE = catalogue.define(
    19,
    cause="What this change was compared with is no longer what the registry holds.",
    cause_ur="جس کے ساتھ یہ تبدیلی ملائی گئی تھی وہ اب رجسٹری میں نہیں۔",
    remedy="Look at the preview again, confirm that it still holds, then decide.",
    remedy_ur="پیش منظر دوبارہ دیکھیں، تصدیق کریں کہ بات اب بھی درست ہے، پھر فیصلہ کریں۔",
)
NOT_REVERSIBLE = catalogue.define(
    20,
    cause="The account to pay into is not set back: payments follow it at once, and nobody has shown that the old one is "
    "still theirs.",
    cause_ur="ادائیگی کا اکاؤنٹ پرانے پر واپس نہیں لایا جاتا: رقم فوراً نئے میں جاتی ہے، "
    "اور کسی نے نہیں دکھایا کہ پرانا اب بھی انہی کا ہے۔",
    remedy="Open a new change with the right account, also where it is the old one, and what shows that it is theirs.",
    remedy_ur="درست اکاؤنٹ (چاہے پرانا ہی ہو) اور اس کے ثبوت کے ساتھ نئی تبدیلی کھولیں۔",
)
WORDS_NEEDED = catalogue.define(
    21,
    cause="A reason is needed.",
    cause_ur="وجہ لکھنا ضروری ہے۔",
    remedy="Write in a few words why.",
    remedy_ur="چند لفظوں میں وجہ لکھیں۔",
)
NOT_ONES_OWN = catalogue.define(
    22,
    cause="A worker asks for changes of the own record only.",
    cause_ur="مزدور صرف اپنے ریکارڈ کی تبدیلی مانگ سکتا ہے۔",
    remedy="Let the other person sign in, or come to an office together.",
    remedy_ur="دوسرا فرد خود داخل ہو، یا دونوں دفتر آئیں۔",
)
CALENDAR_BROKEN = catalogue.define(
    30,
    cause="The recertification calendar says nothing for this day.",
    cause_ur="تجدید کے نظام الاوقات میں اس دن کے لیے کچھ نہیں۔",
    remedy="Give the parameter a value that holds from a day on or before it.",
    remedy_ur="پیرامیٹر کو ایسی قدر دیں جو اس دن یا اس سے پہلے سے نافذ ہو۔",
)
NOTHING_DUE = catalogue.define(
    31,
    cause="This household has nothing to recertify now.",
    cause_ur="اس گھرانے کی ابھی کوئی تجدید نہیں۔",
    remedy="See its history for when it is due.",
    remedy_ur="کب باقی ہے، تاریخ میں دیکھیں۔",
)
