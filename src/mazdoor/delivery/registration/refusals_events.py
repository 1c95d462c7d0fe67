"""What the record of events refuses, why, and what to do about it (``REG-070`` to ``REG-089``)."""

from mazdoor.delivery.registration.refusals import catalogue

HOUSEHOLD_UNKNOWN = catalogue.define(
    70,
    cause="There is no such household, or not in your area.",
    cause_ur="ایسا کوئی گھرانہ نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Find a member by name or number and open the household from there.",
    remedy_ur="کسی رکن کو نام یا نمبر سے تلاش کریں اور وہاں سے گھرانہ کھولیں۔",
)
HOUSEHOLD_GONE = catalogue.define(
    71,
    cause="Nobody lives in this household any more: it was joined with another, or ended.",
    cause_ur="اس گھرانے میں اب کوئی نہیں رہتا: یہ کسی اور میں ضم ہوا یا ختم ہو گیا۔",
    remedy="Use the household its members live in now; the history says which.",
    remedy_ur="وہ گھرانہ چنیں جہاں ارکان اب رہتے ہیں؛ تاریخ میں درج ہے۔",
)
LATER_PLACE_KNOWN = catalogue.define(
    72,
    cause="For a day after this one the registry already knows where this person lived.",
    cause_ur="اس دن کے بعد کے لیے رجسٹری پہلے سے جانتی ہے کہ یہ فرد کہاں رہا۔",
    remedy="Take back or mend the later event first, then record this one.",
    remedy_ur="پہلے بعد والا واقعہ واپس لیں یا درست کریں، پھر یہ درج کریں۔",
)
PERSON_DEAD = catalogue.define(
    73,
    cause="This person is recorded as dead, so nothing new happens to them.",
    cause_ur="یہ فرد متوفی درج ہے، اس لیے نیا واقعہ درج نہیں ہو سکتا۔",
    remedy="If the death was recorded by mistake, take that event back first.",
    remedy_ur="اگر وفات غلطی سے درج ہوئی ہو تو پہلے وہ واقعہ واپس لیں۔",
)
DAY_NOT_COME = catalogue.define(
    74,
    cause="This day has not come yet.",
    cause_ur="یہ دن ابھی نہیں آیا۔",
    remedy="Record what has happened, with the day it happened.",
    remedy_ur="جو ہو چکا ہے وہ درج کریں، اسی دن کی تاریخ کے ساتھ۔",
)
NOT_A_MEMBER = catalogue.define(
    75,
    cause="This person was not a member of this household on that day.",
    cause_ur="یہ فرد اس دن اس گھرانے کا رکن نہیں تھا۔",
    remedy="See the history of the household for who lived there when.",
    remedy_ur="گھرانے کی تاریخ میں دیکھیں کہ کون کب وہاں رہا۔",
)
HEAD_LEFT = catalogue.define(
    76,
    cause="The household would be left without a head, or with more than one.",
    cause_ur="گھرانہ سربراہ کے بغیر رہ جائے گا، یا ایک سے زیادہ سربراہ ہوں گے۔",
    remedy="Say who is the head from that day on.",
    remedy_ur="بتائیں کہ اس دن سے سربراہ کون ہے۔",
)
SAME_PERSON = catalogue.define(
    77,
    cause="One person cannot be both sides of this event.",
    cause_ur="ایک ہی فرد اس واقعے کے دونوں فریق نہیں ہو سکتا۔",
    remedy="Choose two persons.",
    remedy_ur="دو افراد چنیں۔",
)
FIELD_UNKNOWN = catalogue.define(
    78,
    cause="“{field}” is not among what this act may change.",
    cause_ur="”{field}“ ان باتوں میں نہیں جو یہ عمل بدل سکتا ہے۔",
    remedy="Use the event made for it: a move, a marriage, a death.",
    remedy_ur="اس کے لیے بنا ہوا واقعہ استعمال کریں: نقل مکانی، شادی، وفات۔",
)
JOB_UNKNOWN = catalogue.define(
    79,
    cause="There is no such employment or business, or not in your area.",
    cause_ur="ایسا کوئی روزگار یا کاروبار نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Open the worker's page and choose the employment there.",
    remedy_ur="مزدور کا صفحہ کھولیں اور وہاں روزگار چنیں۔",
)
JOB_ENDED = catalogue.define(
    80,
    cause="This employment had already ended on that day.",
    cause_ur="یہ روزگار اس دن سے پہلے ختم ہو چکا تھا۔",
    remedy="Record a new employment, or take the end back if it was a mistake.",
    remedy_ur="نیا روزگار درج کریں، یا ختم ہونا غلط تھا تو اسے واپس لیں۔",
)
LATER_STANDS = catalogue.define(
    81,
    cause="Event {event} of a later day stands on this one, so it cannot be taken back alone.",
    cause_ur="بعد کا واقعہ {event} اسی پر قائم ہے، اس لیے یہ اکیلا واپس نہیں ہو سکتا۔",
    remedy="Take back event {event} first, then this one.",
    remedy_ur="پہلے واقعہ {event} واپس لیں، پھر یہ۔",
)
EVENT_UNKNOWN = catalogue.define(
    82,
    cause="There is no such event, or not in your area.",
    cause_ur="ایسا کوئی واقعہ نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Open the history of the person and choose the event there.",
    remedy_ur="فرد کی تاریخ کھولیں اور وہاں واقعہ چنیں۔",
)
ALREADY_TAKEN_BACK = catalogue.define(
    83,
    cause="This event has been taken back already.",
    cause_ur="یہ واقعہ پہلے ہی واپس لیا جا چکا ہے۔",
    remedy="See the history for what is believed now.",
    remedy_ur="اب کیا مانا جاتا ہے، تاریخ میں دیکھیں۔",
)
SAME_HOUSEHOLD = catalogue.define(
    84,
    cause="These people already live in this household.",
    cause_ur="یہ لوگ پہلے ہی اس گھرانے میں رہتے ہیں۔",
    remedy="Choose the household they moved to.",
    remedy_ur="وہ گھرانہ چنیں جہاں وہ منتقل ہوئے۔",
)
NOTHING_CHANGES = catalogue.define(
    85,
    cause="This is what the registry believes already: nothing would change.",
    cause_ur="رجسٹری میں پہلے سے یہی درج ہے: کچھ نہیں بدلے گا۔",
    remedy="Check the day and the value.",
    remedy_ur="تاریخ اور قدر دیکھیں۔",
)
NOT_MARRIED = catalogue.define(
    86,
    cause="These two are not recorded as married.",
    cause_ur="یہ دونوں شادی شدہ درج نہیں۔",
    remedy="Record the marriage first, or choose the right persons.",
    remedy_ur="پہلے شادی درج کریں، یا درست افراد چنیں۔",
)
BIRTH_WITHOUT_DAY = catalogue.define(
    87,
    cause="A birth needs its day.",
    cause_ur="پیدائش کے لیے دن ضروری ہے۔",
    remedy="Write the day of birth as the family knows it.",
    remedy_ur="پیدائش کا وہ دن لکھیں جو خاندان جانتا ہے۔",
)
