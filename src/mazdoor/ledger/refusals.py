"""What the ledger refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("LED")

KEY_REUSED = catalogue.define(
    1,
    cause="The books already hold another act under the key {key}.",
    cause_ur="کھاتوں میں {key} کی کلید سے ایک اور اندراج پہلے سے موجود ہے۔",
    remedy="A key belongs to one act for ever. Post the correction as an act of its own, under its own key.",
    remedy_ur="ایک کلید ہمیشہ ایک ہی عمل کی ہوتی ہے۔ درستی کو نئی کلید سے الگ عمل کے طور پر درج کریں۔",
)
NOTHING_TO_POST = catalogue.define(
    2,
    cause="The act {key} moves no money, or moves an amount that is not more than zero.",
    cause_ur="عمل {key} میں کوئی رقم منتقل نہیں ہوتی، یا رقم صفر سے زیادہ نہیں۔",
    remedy="Check the rows it was made from: each moves more than zero paisa between two different accounts.",
    remedy_ur="جن سطروں سے یہ بنا ہے انہیں جانچیں: ہر سطر دو مختلف کھاتوں کے درمیان صفر سے زیادہ رقم منتقل کرتی ہے۔",
)
ACCOUNT_UNKNOWN = catalogue.define(
    3,
    cause="There is no ledger account {code}.",
    cause_ur="کھاتہ {code} موجود نہیں۔",
    remedy="Open the account first, or check its code.",
    remedy_ur="پہلے کھاتہ کھولیں یا اس کا کوڈ جانچیں۔",
)
NOT_COVERED = catalogue.define(
    4,
    cause="The account {code} does not hold enough: {missing} rupees are missing.",
    cause_ur="کھاتہ {code} میں رقم کافی نہیں: {missing} روپے کم ہیں۔",
    remedy="Record the money the treasury has provided, then try again. Nothing has been paid.",
    remedy_ur="خزانے سے ملنے والی رقم درج کریں، پھر دوبارہ کوشش کریں۔ کوئی ادائیگی نہیں ہوئی۔",
)
BOOKS_DISAGREE = catalogue.define(
    5,
    cause="The books disagree with themselves: {postings} acts do not hold what their totals say.",
    cause_ur="کھاتے آپس میں نہیں ملتے: {postings} اندراجات اپنے میزان کے مطابق نہیں۔",
    remedy="Stop paying. Entries were changed outside the system: compare with the last backup and the journal.",
    remedy_ur="ادائیگی روک دیں۔ نظام سے باہر اندراجات میں تبدیلی ہوئی ہے: آخری بیک اپ اور روزنامچے سے موازنہ کریں۔",
)
ACCOUNT_DIFFERS = catalogue.define(
    6,
    cause="The account {code} is already open for another purpose.",
    cause_ur="کھاتہ {code} پہلے سے کسی اور مقصد کے لیے کھلا ہے۔",
    remedy="Open it under a code of its own.",
    remedy_ur="اسے الگ کوڈ سے کھولیں۔",
)
