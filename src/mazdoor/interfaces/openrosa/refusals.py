"""Every no of the OpenRosa wire."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("ODK")

XML_UNREADABLE = catalogue.define(
    1,
    cause="What was sent is not a filled form: its XML cannot be read.",
    cause_ur="جو بھیجا گیا وہ بھرا ہوا فارم نہیں: اس کی ایکس ایم ایل پڑھی نہیں جا سکتی۔",
    remedy="Keep the form on the device and send it again; if it is refused again, show it to the office.",
    remedy_ur="فارم آلے میں رکھیں اور دوبارہ بھیجیں؛ پھر بھی رد ہو تو دفتر کو دکھائیں۔",
)
FORM_UNKNOWN = catalogue.define(
    2,
    cause="This is not one of our forms.",
    cause_ur="یہ ہمارا فارم نہیں ہے۔",
    remedy="Get the blank form from this server and fill that one.",
    remedy_ur="خالی فارم اسی سرور سے لیں اور وہی بھریں۔",
)
TOO_LARGE = catalogue.define(
    3,
    cause="What was sent is larger than {limit} megabytes.",
    cause_ur="جو بھیجا گیا وہ {limit} میگا بائٹ سے بڑا ہے۔",
    remedy="Send the photographs one by one, or smaller.",
    remedy_ur="تصویریں ایک ایک کر کے، یا چھوٹی کر کے بھیجیں۔",
)
FORM_MISSING = catalogue.define(
    4,
    cause="The part “xml_submission_file” is missing.",
    cause_ur="حصہ ”xml_submission_file“ موجود نہیں۔",
    remedy="Send the filled form with its files, as OpenRosa describes it.",
    remedy_ur="بھرا ہوا فارم اپنی فائلوں کے ساتھ بھیجیں، جیسا اوپن روزا میں ہے۔",
)
DEVICE_UNKNOWN = catalogue.define(
    5,
    cause="This device is not enrolled, or its enrolment was taken back.",
    cause_ur="یہ آلہ درج نہیں، یا اس کا اندراج واپس لے لیا گیا ہے۔",
    remedy="Scan the code of the office again, or ask the office to enrol the device. Filled forms stay on it.",
    remedy_ur="دفتر کا کوڈ دوبارہ سکین کریں، یا دفتر سے آلہ درج کرائیں۔ بھرے ہوئے فارم آلے میں محفوظ رہتے ہیں۔",
)
VERSION_UNKNOWN = catalogue.define(
    6,
    cause="The form was filled in a version that this server never gave out ({version}).",
    cause_ur="فارم ایسے نسخے میں بھرا گیا جو اس سرور نے کبھی نہیں دیا ({version})۔",
    remedy="It is kept. Look through its answers, and register it from here; then get the newest form on the device.",
    remedy_ur="فارم محفوظ ہے۔ جوابات دیکھ کر یہیں سے اندراج کریں؛ پھر آلے پر نیا فارم لیں۔",
)
SENT_OTHERWISE = catalogue.define(
    7,
    cause="Another form with the same number came before, with other answers.",
    cause_ur="اسی نمبر کا ایک فارم پہلے آ چکا ہے، دوسرے جوابات کے ساتھ۔",
    remedy="Both are kept. Compare them, and register or set aside this one.",
    remedy_ur="دونوں محفوظ ہیں۔ موازنہ کریں، پھر اس کا اندراج کریں یا الگ رکھیں۔",
)
CORRECTS_REGISTERED = catalogue.define(
    8,
    cause="This corrects a form that is already registered.",
    cause_ur="یہ ایسے فارم کی درستی ہے جس کا اندراج ہو چکا ہے۔",
    remedy="Change the people on the register, with their history, and set this form aside.",
    remedy_ur="رجسٹر میں متعلقہ افراد کی تبدیلی درج کریں، پھر یہ فارم الگ رکھیں۔",
)
SUBMISSION_UNKNOWN = catalogue.define(
    9,
    cause="There is no such form in your area.",
    cause_ur="آپ کے علاقے میں ایسا کوئی فارم نہیں۔",
    remedy="Go back to the list of forms that wait.",
    remedy_ur="منتظر فارموں کی فہرست پر واپس جائیں۔",
)
NOT_WAITING = catalogue.define(
    10,
    cause="This form no longer waits: it was registered, replaced or set aside.",
    cause_ur="یہ فارم اب منتظر نہیں: اس کا اندراج ہو چکا، بدل دیا گیا یا الگ رکھا گیا ہے۔",
    remedy="Open the next one on the list.",
    remedy_ur="فہرست میں سے اگلا کھولیں۔",
)
DEVICE_NAME_MISSING = catalogue.define(
    11,
    cause="A device needs a name by which the office knows it.",
    cause_ur="آلے کا ایسا نام چاہیے جس سے دفتر اسے پہچانے۔",
    remedy="Write for example “Tablet 7, Lahore Cantt”.",
    remedy_ur="مثال: ”ٹیبلٹ 7، لاہور کینٹ“۔",
)
REASON_MISSING = catalogue.define(
    12,
    cause="Whoever sets a form aside says why.",
    cause_ur="فارم الگ رکھنے کی وجہ لکھنا ضروری ہے۔",
    remedy="Write the reason in a few words.",
    remedy_ur="چند الفاظ میں وجہ لکھیں۔",
)
FILE_REFUSED = catalogue.define(
    13,
    cause="The file of “{field}” could not be kept ({code}).",
    cause_ur="”{field}“ کی فائل محفوظ نہیں کی جا سکی ({code})۔",
    remedy="Take the photograph again and add it to the person's record.",
    remedy_ur="تصویر دوبارہ لیں اور متعلقہ شخص کے ریکارڈ میں لگائیں۔",
)
ENUMERATOR_MAY_NOT = catalogue.define(
    14,
    cause="A device is given to somebody who may register people.",
    cause_ur="آلہ اسی کو دیا جاتا ہے جو اندراج کر سکتا ہو۔",
    remedy="Choose a registrar or verifier of your own area.",
    remedy_ur="اپنے علاقے کا کوئی رجسٹرار یا تصدیق کار چنیں۔",
)
LISTS_MISSING = catalogue.define(
    15,
    cause="The lists of areas, occupations and industries are not loaded, so no form can be made.",
    cause_ur="علاقوں، پیشوں اور صنعتوں کی فہرستیں موجود نہیں، اس لیے فارم نہیں بن سکتا۔",
    remedy="Load them once: mazdoor demo does",
    remedy_ur="ایک بار لائیں: mazdoor demo",
)
