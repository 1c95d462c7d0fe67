"""What the ISO 20022 wire refuses."""

from __future__ import annotations

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("ISO")

TOTALS_DIFFER = catalogue.define(
    1,
    cause="The payment file would not hold what was released: {promised} payments were promised and {written} written, "
    "or their sums differ.",
    cause_ur="ادائیگی کی فائل میں وہ نہیں جو جاری کیا گیا تھا: {promised} ادائیگیاں طے تھیں اور {written} لکھی گئیں، "
    "یا رقم کا میزان مختلف ہے۔",
    remedy="Nothing was sent. Prepare the file again; if it happens again, tell the people who run the system.",
    remedy_ur="کچھ نہیں بھیجا گیا۔ فائل دوبارہ تیار کریں؛ پھر بھی ایسا ہو تو نظام چلانے والوں کو بتائیں۔",
)
UNFIT_FOR_THE_WIRE = catalogue.define(
    2,
    cause="Payment {row} of the file cannot be written: its {field} does not fit the standard.",
    cause_ur="فائل کی ادائیگی نمبر {row} نہیں لکھی جا سکتی: اس کا خانہ {field} معیار کے مطابق نہیں۔",
    remedy="Nothing was sent. Correct the field and prepare the file again.",
    remedy_ur="کچھ نہیں بھیجا گیا۔ خانہ درست کر کے فائل دوبارہ تیار کریں۔",
)
NOT_READABLE = catalogue.define(
    3,
    cause="The bank's file is not a readable {kind}: it is cut off, damaged or of another kind.",
    cause_ur="بینک کی فائل پڑھنے کے قابل {kind} نہیں: وہ ادھوری، خراب یا کسی اور قسم کی ہے۔",
    remedy="Nothing in it was counted. Ask the bank for the file again.",
    remedy_ur="اس میں سے کچھ شمار نہیں کیا گیا۔ بینک سے فائل دوبارہ منگوائیں۔",
)
DECLARES_ENTITIES = catalogue.define(
    4,
    cause="The bank's file declares a document type of its own, which an ISO 20022 file never does.",
    cause_ur="بینک کی فائل اپنی دستاویزی قسم کا اعلان کرتی ہے، جو آئی ایس او 20022 کی فائل کبھی نہیں کرتی۔",
    remedy="It was not read. Ask the bank where it came from.",
    remedy_ur="اسے نہیں پڑھا گیا۔ بینک سے پوچھیں کہ یہ کہاں سے آئی۔",
)
NO_SUCH_BANK = catalogue.define(
    5,
    cause="No address is known for bank {bank_code}.",
    cause_ur="بینک {bank_code} کا پتہ معلوم نہیں۔",
    remedy="Add the bank's address to the settings.",
    remedy_ur="ترتیبات میں بینک کا پتہ شامل کریں۔",
)
