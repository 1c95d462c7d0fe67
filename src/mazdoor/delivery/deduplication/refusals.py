"""What deduplication refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("DED")

PAIR_UNKNOWN = catalogue.define(
    1,
    cause="There is no such pair, or one of the two persons is outside your area.",
    cause_ur="ایسا کوئی جوڑا نہیں، یا دونوں میں سے ایک شخص آپ کے علاقے سے باہر ہے۔",
    remedy="Choose a pair from your queue; a pair across two areas goes to an officer who answers for both.",
    remedy_ur="اپنی فہرست میں سے جوڑا چنیں؛ دو علاقوں کا جوڑا اس افسر کے پاس جاتا ہے جو دونوں کا ذمہ دار ہو۔",
)
PAIR_DECIDED = catalogue.define(
    2,
    cause="This pair was already decided: {state}.",
    cause_ur="اس جوڑے کا فیصلہ پہلے ہو چکا ہے: {state}۔",
    remedy="Open the next pair. A merge can be undone from the person's page.",
    remedy_ur="اگلا جوڑا کھولیں۔ ضم کرنے کا عمل شخص کے صفحے سے واپس کیا جا سکتا ہے۔",
)
DECISION_UNKNOWN = catalogue.define(
    3,
    cause="“{decision}” is not something that can be said of a pair.",
    cause_ur="”{decision}“ جوڑے کے بارے میں کوئی فیصلہ نہیں۔",
    remedy="Say same, different, cannot tell, or fraud.",
    remedy_ur="ایک ہی شخص، مختلف، معلوم نہیں، یا دھوکا میں سے ایک چنیں۔",
)
REASON_NEEDED = catalogue.define(
    4,
    cause="The reason must be written down.",
    cause_ur="وجہ لکھنا ضروری ہے۔",
    remedy="Write it in a few words, without names or numbers of persons.",
    remedy_ur="چند لفظوں میں لکھیں، ناموں اور نمبروں کے بغیر۔",
)
OFFICER_NEEDED = catalogue.define(
    5,
    cause="Only an officer can decide whether two records are one person.",
    cause_ur="دو اندراج ایک ہی شخص کے ہیں یا نہیں، یہ صرف افسر طے کر سکتا ہے۔",
    remedy="Sign in as a verifier.",
    remedy_ur="تصدیق کنندہ کے طور پر داخل ہوں۔",
)
SAME_PERSON = catalogue.define(
    6,
    cause="These two records already stand for one person.",
    cause_ur="یہ دونوں اندراج پہلے ہی ایک شخص کے ہیں۔",
    remedy="Nothing needs to be done.",
    remedy_ur="کچھ کرنے کی ضرورت نہیں۔",
)
PERSON_UNKNOWN = catalogue.define(
    7,
    cause="There is no such person on the register, or not in your area.",
    cause_ur="رجسٹر میں ایسا کوئی شخص نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Look the person up by registry number.",
    remedy_ur="رجسٹری نمبر سے شخص تلاش کریں۔",
)
MERGE_NOT_LIVE = catalogue.define(
    8,
    cause="There is no such merge, or it was undone already, or it reaches outside your area.",
    cause_ur="ایسا کوئی ضم شدہ اندراج نہیں، یا وہ پہلے ہی واپس ہو چکا ہے، یا آپ کے علاقے سے باہر ہے۔",
    remedy="Look at the merges on the person's page.",
    remedy_ur="شخص کے صفحے پر ضم شدہ اندراج دیکھیں۔",
)
RUN_UNDER_WAY = catalogue.define(
    9,
    cause="Records are being compared already.",
    cause_ur="اندراجات کا موازنہ پہلے سے جاری ہے۔",
    remedy="Wait until that run has finished.",
    remedy_ur="اس کے ختم ہونے کا انتظار کریں۔",
)
