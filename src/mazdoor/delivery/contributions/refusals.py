"""What contributions refuse, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("CON")

SPELL_OVERLAPS = catalogue.define(
    1,
    cause="Contributions for {month} are recorded already for this person and employer.",
    cause_ur="اس شخص اور آجر کے {month} کے واجبات پہلے سے درج ہیں۔",
    remedy="Record only the months that are missing, or correct the spell that is there.",
    remedy_ur="صرف باقی مہینے درج کریں، یا موجودہ اندراج درست کریں۔",
)
MONTHS_WRONG = catalogue.define(
    2,
    cause="{months} months cannot be paid in a spell of {length}.",
    cause_ur="{length} مہینوں کی مدت میں {months} مہینے ادا نہیں ہو سکتے۔",
    remedy="Check the first month, the last month and how many were paid.",
    remedy_ur="پہلا مہینہ، آخری مہینہ اور ادا شدہ مہینے دیکھیں۔",
)
DEPOSIT_TWICE = catalogue.define(
    3,
    cause="A deposit for {month} is recorded already.",
    cause_ur="{month} کی جمع شدہ رقم پہلے سے درج ہے۔",
    remedy="One deposit a month is matched; add the rest next month.",
    remedy_ur="مہینے میں ایک ہی رقم پر حصہ ملتا ہے؛ باقی اگلے مہینے جمع کریں۔",
)
