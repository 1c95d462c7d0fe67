"""What enrolment refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("ENR")

RUN_NOT_FINISHED = catalogue.define(
    1,
    cause="Assessment run {run} is not finished, so nothing can be decided on it.",
    cause_ur="جائزہ {run} مکمل نہیں ہوا، اس پر فیصلہ نہیں ہو سکتا۔",
    remedy="Finish the assessment, then decide.",
    remedy_ur="پہلے جائزہ مکمل کریں، پھر فیصلہ کریں۔",
)
ENROLMENT_UNKNOWN = catalogue.define(
    2,
    cause="There is no such enrolment, or not in your area.",
    cause_ur="ایسا کوئی اندراج نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Open the person's page and choose the programme there.",
    remedy_ur="شخص کا صفحہ کھولیں اور وہاں پروگرام چنیں۔",
)
STEP_NOT_ALLOWED = catalogue.define(
    3,
    cause="An enrolment that is {state} cannot become {wanted}.",
    cause_ur="جو اندراج {state} ہو وہ {wanted} نہیں ہو سکتا۔",
    remedy="See its history on the person's page for what can be done.",
    remedy_ur="شخص کے صفحے پر تاریخ دیکھیں کہ کیا ہو سکتا ہے۔",
)
REASON_NEEDED = catalogue.define(
    4,
    cause="A reason is needed.",
    cause_ur="وجہ لکھنا ضروری ہے۔",
    remedy="Write in a few words why; the person will be told.",
    remedy_ur="چند لفظوں میں وجہ لکھیں؛ شخص کو بتائی جائے گی۔",
)
AMOUNT_MISSING = catalogue.define(
    5,
    cause="{count} units are eligible without an amount, so nothing was decided.",
    cause_ur="{count} اکائیاں رقم کے بغیر اہل ہیں، اس لیے کوئی فیصلہ نہیں ہوا۔",
    remedy="Mend the rule so that it gives an amount, assess again, then decide.",
    remedy_ur="قاعدہ درست کریں تاکہ رقم بنے، دوبارہ جائزہ لیں، پھر فیصلہ کریں۔",
)
PLACES_NEED_THE_WHOLE = catalogue.define(
    6,
    cause="Assessment run {run} gives places of a quota, and you see a part of it only.",
    cause_ur="جائزہ {run} کوٹے کی نشستیں دیتا ہے، اور آپ اس کا صرف ایک حصہ دیکھتے ہیں۔",
    remedy="Let somebody decide who answers for all areas: the order of a quota runs through all of them.",
    remedy_ur="فیصلہ وہ افسر کرے جو تمام علاقوں کا ذمہ دار ہو: کوٹے کی ترتیب سب علاقوں سے گزرتی ہے۔",
)
