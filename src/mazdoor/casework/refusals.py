"""What casework refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("CSW")

CASE_UNKNOWN = catalogue.define(
    1,
    cause="There is no such case, or not in your area.",
    cause_ur="ایسا کوئی معاملہ نہیں، یا آپ کے علاقے میں نہیں۔",
    remedy="Look in the list of open cases.",
    remedy_ur="کھلے معاملات کی فہرست دیکھیں۔",
)
CASE_ANSWERED = catalogue.define(
    2,
    cause="This case has been answered already.",
    cause_ur="اس معاملے کا جواب دیا جا چکا ہے۔",
    remedy="Open a new one if something has changed.",
    remedy_ur="کچھ بدلا ہو تو نیا معاملہ کھولیں۔",
)
OWN_DECISION = catalogue.define(
    3,
    cause="Whoever opened a case does not answer it.",
    cause_ur="جس نے معاملہ کھولا وہ خود جواب نہیں دے سکتا۔",
    remedy="Ask a colleague to answer it.",
    remedy_ur="کسی ساتھی سے جواب دلوائیں۔",
)
