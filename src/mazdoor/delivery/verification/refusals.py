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
ANOTHER_OFFICER = catalogue.define(
    5,
    cause="You proposed this yourself: another verifier must agree.",
    cause_ur="یہ تجویز آپ ہی کی ہے؛ کسی دوسرے تصدیق کنندہ کا اتفاق ضروری ہے۔",
    remedy="Leave it in the queue for a colleague, or take your proposal back.",
    remedy_ur="اسے ساتھی کے لیے قطار میں رہنے دیں، یا اپنی تجویز واپس لیں۔",
)
NAME_THE_PEOPLE = catalogue.define(
    6,
    cause="“{kind}” is looked at by a person: nobody can look at everybody at once.",
    cause_ur="”{kind}“ کو کوئی شخص دیکھتا ہے؛ سب کو ایک ساتھ نہیں دیکھا جا سکتا۔",
    remedy="Name the people to be looked at.",
    remedy_ur="جن لوگوں کو دیکھنا ہے ان کے نام دیں۔",
)
DOCUMENT_NEEDED = catalogue.define(
    7,
    cause="Which document was looked at is not said, or it cannot show this.",
    cause_ur="یہ نہیں بتایا گیا کہ کون سی دستاویز دیکھی گئی، یا وہ یہ بات ثابت نہیں کر سکتی۔",
    remedy="Choose the type of the document from the list.",
    remedy_ur="فہرست میں سے دستاویز کی قسم چنیں۔",
)
DOCUMENT_RUN_OUT = catalogue.define(
    8,
    cause="The document has run out.",
    cause_ur="دستاویز کی میعاد ختم ہو چکی ہے۔",
    remedy="Ask for a document in force, or verify in another way.",
    remedy_ur="کارآمد دستاویز مانگیں، یا کسی اور طریقے سے تصدیق کریں۔",
)
ATTESTER_NEEDED = catalogue.define(
    9,
    cause="Who attests, and in what capacity, is not said.",
    cause_ur="یہ نہیں بتایا گیا کہ گواہی کون دیتا ہے اور کس حیثیت سے۔",
    remedy="Write the name and choose the capacity: employer, union, local committee or official.",
    remedy_ur="نام لکھیں اور حیثیت چنیں: آجر، یونین، مقامی کمیٹی یا سرکاری اہلکار۔",
)
DECIDE_THE_DISCREPANCY = catalogue.define(
    10,
    cause="A discrepancy about this is open: a finding of one verifier does not go past it.",
    cause_ur="اس بارے میں ایک اختلاف کھلا ہے؛ ایک تصدیق کنندہ کی رائے اس سے آگے نہیں جاتی۔",
    remedy="Decide the discrepancy in the queue.",
    remedy_ur="قطار میں اس اختلاف کا فیصلہ کریں۔",
)
CNIC_HELD = catalogue.define(
    11,
    cause="Another person on the register is verified with this CNIC.",
    cause_ur="رجسٹر میں کسی اور شخص کی تصدیق اسی شناختی نمبر سے ہو چکی ہے۔",
    remedy="Let the pair be decided among the duplicates first.",
    remedy_ur="پہلے مشتبہ جوڑوں میں اس جوڑے کا فیصلہ ہونے دیں۔",
)
CONTESTED_ELSEWHERE = catalogue.define(
    12,
    cause="Two persons on the register have this CNIC: neither can be let stand here.",
    cause_ur="رجسٹر میں دو افراد کا یہی شناختی نمبر ہے؛ یہاں کسی ایک کو درست نہیں مانا جا سکتا۔",
    remedy="Decide the pair among the duplicates, or have the wrong number changed.",
    remedy_ur="مشتبہ جوڑوں میں فیصلہ کریں، یا غلط نمبر تبدیل کروائیں۔",
)
NOT_THEIRS = catalogue.define(
    13,
    cause="This work or business is not that person's.",
    cause_ur="یہ کام یا کاروبار اس شخص کا نہیں۔",
    remedy="Choose one from the person's page.",
    remedy_ur="اس شخص کے صفحے سے چنیں۔",
)
EVIDENCE_IN_FUTURE = catalogue.define(
    14,
    cause="The day of the evidence has not come yet.",
    cause_ur="ثبوت کی تاریخ ابھی نہیں آئی۔",
    remedy="Write the day the paper was seen, the visit made or the word given.",
    remedy_ur="وہ تاریخ لکھیں جب دستاویز دیکھی گئی، معائنہ ہوا یا گواہی دی گئی۔",
)
NOT_BY_HAND = catalogue.define(
    15,
    cause="An answer of an authority is not entered by hand.",
    cause_ur="ادارے کا جواب ہاتھ سے درج نہیں کیا جاتا۔",
    remedy="Ask the authority, or record a document, a visit or a testimony.",
    remedy_ur="ادارے سے پوچھیں، یا دستاویز، معائنہ یا گواہی درج کریں۔",
)
