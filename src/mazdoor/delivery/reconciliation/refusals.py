"""What reconciliation refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("REC")  # 2 is spent: which desk may do what is refused by access

EXCEPTION_UNKNOWN = catalogue.define(
    1,
    cause="There is no open exception {exception}.",
    cause_ur="کھلا استثنا {exception} موجود نہیں۔",
    remedy="It may have been resolved by somebody else. Look at the list again.",
    remedy_ur="ممکن ہے کسی اور نے اسے نمٹا دیا ہو۔ فہرست دوبارہ دیکھیں۔",
)
STILL_NOT_APPLICABLE = catalogue.define(
    3,
    cause="What the bank said still cannot be taken: {outcome}.",
    cause_ur="بینک کی اطلاع اب بھی قبول نہیں کی جا سکتی: {outcome}۔",
    remedy="Settle it with the bank, then close the exception with a note of what was agreed.",
    remedy_ur="بینک سے معاملہ طے کریں، پھر طے شدہ بات درج کر کے استثنا بند کریں۔",
)
NOTHING_TO_APPLY = catalogue.define(
    4,
    cause="This exception carries no news of an instruction of ours, so there is nothing to try again.",
    cause_ur="اس استثنا میں ہماری کسی ہدایت کی خبر نہیں، اس لیے دوبارہ کوشش کو کچھ نہیں۔",
    remedy="Find out from the bank whose money it is, then close it with a note.",
    remedy_ur="بینک سے معلوم کریں رقم کس کی ہے، پھر نوٹ لکھ کر بند کریں۔",
)
UNREADABLE = catalogue.define(
    6,
    cause="This file of bank {bank} cannot be read ({code}); nothing of it was taken.",
    cause_ur="بینک {bank} کی یہ فائل پڑھی نہیں جا سکتی ({code})؛ اس میں سے کچھ نہیں لیا گیا۔",
    remedy="Ask the bank for it again. Whole and in the agreed format, it is taken as if nothing had happened.",
    remedy_ur="بینک سے فائل دوبارہ منگوائیں۔ مکمل اور طے شدہ شکل میں آئے تو معمول کے مطابق لے لی جائے گی۔",
)
BOOKS_DIFFER = catalogue.define(
    5,
    cause="Our books and the statement of bank {bank} differ by {difference} rupees.",
    cause_ur="بینک {bank} کے گوشوارے اور ہمارے کھاتوں میں {difference} روپے کا فرق ہے۔",
    remedy="Look for a statement that was not imported or a line that could not be read.",
    remedy_ur="دیکھیں کہ کوئی گوشوارہ درآمد ہونے سے رہ تو نہیں گیا یا کوئی سطر پڑھی نہ جا سکی ہو۔",
)
