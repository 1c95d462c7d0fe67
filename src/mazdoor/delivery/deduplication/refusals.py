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
SECOND_OPINION_NEEDED = catalogue.define(
    10,
    cause="This takes the word of two officers, and yours has been given.",
    cause_ur="اس کے لیے دو افسروں کی رائے درکار ہے، اور آپ کی رائے دی جا چکی ہے۔",
    remedy="Another verifier of the area has to look at the pair and say the same.",
    remedy_ur="اسی علاقے کا دوسرا تصدیق کنندہ جوڑا دیکھے اور یہی کہے۔",
)
FOUND_DIFFERENT = catalogue.define(
    11,
    cause="A pair between these records was found to be two persons.",
    cause_ur="ان اندراجات کا ایک جوڑا پہلے دو الگ اشخاص قرار دیا جا چکا ہے۔",
    remedy="Look at that pair first: these records cannot all be one person.",
    remedy_ur="پہلے وہ جوڑا دیکھیں: یہ سب اندراجات ایک شخص کے نہیں ہو سکتے۔",
)
CLUSTER_CHANGED = catalogue.define(
    12,
    cause="These records have changed since you opened them: another officer decided, or a comparison ran.",
    cause_ur="آپ کے کھولنے کے بعد یہ اندراجات بدل گئے: کسی اور افسر نے فیصلہ کیا یا نیا موازنہ ہوا۔",
    remedy="Open them again and look at what is different now.",
    remedy_ur="انہیں دوبارہ کھولیں اور دیکھیں کہ اب کیا مختلف ہے۔",
)
NEVER_COMPARED = catalogue.define(
    13,
    cause="Two of these records would become one person although nothing was found that they have in common.",
    cause_ur="ان میں سے دو اندراج ایک شخص بن جائیں گے حالانکہ ان میں کوئی مشترک بات نہیں ملی۔",
    remedy="Look at the two beside each other and say that you did, or join fewer pairs.",
    remedy_ur="ان دونوں کو ساتھ رکھ کر دیکھیں اور بتائیں کہ دیکھ لیا، یا کم جوڑے ملائیں۔",
)
NOTHING_TO_ACCEPT = catalogue.define(
    14,
    cause="Too few pairs weigh so much: {pairs}, where a sample needs {sample}.",
    cause_ur="اتنے وزن کے جوڑے بہت کم ہیں: {pairs}، جبکہ نمونے کے لیے {sample} درکار ہیں۔",
    remedy="Begin from a smaller weight, or decide these pairs one by one.",
    remedy_ur="کم وزن سے شروع کریں، یا یہ جوڑے ایک ایک کر کے طے کریں۔",
)
BULK_UNKNOWN = catalogue.define(
    15,
    cause="There is no such acceptance of many pairs, or it reaches outside your area, or it is at another step.",
    cause_ur="بہت سے جوڑوں کی ایسی کوئی منظوری نہیں، یا وہ آپ کے علاقے سے باہر ہے، یا کسی اور مرحلے پر ہے۔",
    remedy="Open the list of acceptances and look where it stands.",
    remedy_ur="منظوریوں کی فہرست کھولیں اور دیکھیں کہ وہ کہاں ہے۔",
)
BULK_SECOND_OFFICER = catalogue.define(
    16,
    cause="Whoever asked for many pairs to be accepted does not confirm it.",
    cause_ur="جس نے بہت سے جوڑوں کی منظوری مانگی، وہ خود اس کی تصدیق نہیں کرتا۔",
    remedy="Another verifier of the area looks at the sample and the bound, and confirms.",
    remedy_ur="اسی علاقے کا دوسرا تصدیق کنندہ نمونہ اور حد دیکھ کر تصدیق کرے۔",
)
BULK_ABOVE_LIMIT = catalogue.define(
    17,
    cause="The error may be as high as {bound} in 10,000, where {limit} in 10,000 is the limit.",
    cause_ur="غلطی دس ہزار میں {bound} تک ہو سکتی ہے، جبکہ حد دس ہزار میں {limit} ہے۔",
    remedy="Decide these pairs one by one, or ask again from a higher weight.",
    remedy_ur="یہ جوڑے ایک ایک کر کے طے کریں، یا زیادہ وزن سے دوبارہ مانگیں۔",
)
HOUSEHOLDS_UNKNOWN = catalogue.define(
    18,
    cause="There are no such two households to decide on, or one is outside your area, or they were decided.",
    cause_ur="ایسے کوئی دو گھرانے طے کرنے کے لیے نہیں، یا ایک آپ کے علاقے سے باہر ہے، یا فیصلہ ہو چکا ہے۔",
    remedy="Choose from the list of households.",
    remedy_ur="گھرانوں کی فہرست میں سے چنیں۔",
)
NOT_IN_TWO_HOUSEHOLDS = catalogue.define(
    19,
    cause="This person is not a member of these two households.",
    cause_ur="یہ شخص ان دونوں گھرانوں کا رکن نہیں۔",
    remedy="Open the list again: it may have been put right already.",
    remedy_ur="فہرست دوبارہ کھولیں: شاید یہ پہلے ہی درست ہو چکا ہے۔",
)
RUNS_BROKE_OFF = catalogue.define(
    20,
    cause="Comparing broke off {runs} times one after the other, so it is not begun again by itself.",
    cause_ur="موازنہ لگاتار {runs} بار بیچ میں رک گیا، اس لیے اسے خود بخود دوبارہ شروع نہیں کیا جاتا۔",
    remedy="Look for what stops it (memory, disk), then run “mazdoor duplicates find” once by hand.",
    remedy_ur="دیکھیں کہ کیا چیز اسے روکتی ہے (میموری، ڈسک)، پھر ایک بار ہاتھ سے ”mazdoor duplicates find“ چلائیں۔",
)
LIMITS_UNREADABLE = catalogue.define(
    21,
    cause="The limits in {file} cannot be used: {reason}.",
    cause_ur="فائل {file} میں لکھی حدود استعمال نہیں ہو سکتیں: {reason}۔",
    remedy="Whoever runs the installation puts the file right, or takes it away: then the product's own limits hold.",
    remedy_ur="تنصیب چلانے والا فائل درست کرے یا ہٹا دے: پھر پروڈکٹ کی اپنی حدود لاگو ہوں گی۔",
)
