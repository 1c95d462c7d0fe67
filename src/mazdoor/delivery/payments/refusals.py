"""What payments refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("PAY")  # 4 is spent: which desk may do what is refused by access

PAYROLL_UNKNOWN = catalogue.define(
    1,
    cause="There is no payroll {payroll}.",
    cause_ur="ادائیگی فہرست {payroll} موجود نہیں۔",
    remedy="Look for it in the list of payrolls.",
    remedy_ur="اسے ادائیگی فہرستوں میں تلاش کریں۔",
)
WRONG_STATE = catalogue.define(
    2,
    cause="Payroll {payroll} is {state}; this cannot be done to it now.",
    cause_ur="ادائیگی فہرست {payroll} کی حالت {state} ہے؛ ابھی یہ کام نہیں ہو سکتا۔",
    remedy="A payroll is prepared, then approved, then released, each once. Look at its page for what is next.",
    remedy_ur="ادائیگی فہرست پہلے تیار، پھر منظور، پھر جاری ہوتی ہے، ہر کام ایک بار۔ اگلا قدم اس کے صفحے پر دیکھیں۔",
)
SAME_PERSON = catalogue.define(
    3,
    cause="You have already signed payroll {payroll}. Three different persons prepare, approve and release money.",
    cause_ur="آپ ادائیگی فہرست {payroll} پر پہلے دستخط کر چکے ہیں۔ تیاری، منظوری اور اجرا تین مختلف افراد کرتے ہیں۔",
    remedy="Ask another finance officer to do this step.",
    remedy_ur="یہ قدم شعبۂ مالیات کے کسی اور افسر سے کروائیں۔",
)
NOBODY_DUE = catalogue.define(
    5,
    cause="Nobody is due anything in this cycle, so there is nothing to prepare.",
    cause_ur="اس دور میں کسی کی کوئی رقم واجب نہیں، اس لیے تیار کرنے کو کچھ نہیں۔",
    remedy="Check that people are enrolled in the programme at these dates and have not been entitled already.",
    remedy_ur="جانچیں کہ ان تاریخوں میں لوگ پروگرام میں شامل ہیں اور ان کی واجب رقم پہلے درج نہیں ہو چکی۔",
)
AMOUNTS_DISAGREE = catalogue.define(
    6,
    cause="The reference engine gives another amount for {count} of {checked} entitlements checked.",
    cause_ur="جانچے گئے {checked} واجب رقوم میں سے {count} حوالہ انجن کے حساب سے مختلف ہیں۔",
    remedy="Nothing will be paid. Reject this payroll, find out which engine is wrong, assess again, then prepare anew.",
    remedy_ur="کچھ ادا نہیں ہوگا۔ یہ فہرست مسترد کریں، غلطی تلاش کریں، دوبارہ جائزہ لیں، پھر نئی فہرست تیار کریں۔",
)
AMOUNTS_NOT_COMPUTED = catalogue.define(
    7,
    cause="The reference engine could not compute {count} of {checked} amounts. Nobody is skipped, so the run stops.",
    cause_ur="حوالہ انجن {checked} میں سے {count} رقوم کا حساب نہ کر سکا۔ کسی کو چھوڑا نہیں جاتا، اس لیے کام رک گیا ہے۔",
    remedy="Complete the facts these enrolments lack, or correct the rule, and prepare again.",
    remedy_ur="ان شمولیتوں کے ناقص حقائق پورے کریں یا قاعدہ درست کریں، پھر دوبارہ تیار کریں۔",
)
CONTENT_CHANGED = catalogue.define(
    8,
    cause="Payroll {payroll} is not what was prepared: its content has changed since.",
    cause_ur="ادائیگی فہرست {payroll} وہ نہیں جو تیار کی گئی تھی: اس کا مواد بدل چکا ہے۔",
    remedy="Do not pay. Reject it, and find out who changed what: this cannot happen through the system.",
    remedy_ur="ادائیگی نہ کریں۔ اسے مسترد کریں اور معلوم کریں کس نے کیا بدلا: نظام کے راستے ایسا ممکن نہیں۔",
)
MONEY_NOT_CONSERVED = catalogue.define(
    9,
    cause="Money does not add up in {scope}: {term} differs.",
    cause_ur="{scope} میں رقم کا میزان نہیں ملتا: {term} میں فرق ہے۔",
    remedy="Stop paying. Compare the payment tables with the ledger and the journal; somebody changed data from outside.",
    remedy_ur="ادائیگی روک دیں۔ ادائیگیوں کا کھاتوں اور روزنامچے سے موازنہ کریں؛ باہر سے کسی نے ڈیٹا بدلا ہے۔",
)
FILE_CHANGED = catalogue.define(
    10,
    cause="Payment file {file} on disk is not the file that was written.",
    cause_ur="ڈسک پر ادائیگی کی فائل {file} وہ فائل نہیں جو لکھی گئی تھی۔",
    remedy="It was not sent. Restore it from a copy, or find out who changed it.",
    remedy_ur="یہ بھیجی نہیں گئی۔ اسے نقل سے بحال کریں، یا معلوم کریں کس نے بدلی۔",
)
ALREADY_RUNNING = catalogue.define(
    11,
    cause="Payroll {payroll} is being worked on already.",
    cause_ur="ادائیگی فہرست {payroll} پر پہلے سے کام ہو رہا ہے۔",
    remedy="Wait for it; its page shows how far it is.",
    remedy_ur="انتظار کریں؛ پیش رفت اس کے صفحے پر نظر آتی ہے۔",
)
BANK_UNKNOWN = catalogue.define(
    12,
    cause="The bank {bank} is not one that pays for us.",
    cause_ur="بینک {bank} ہماری طرف سے ادائیگی کرنے والا بینک نہیں۔",
    remedy="Register our account at that bank first.",
    remedy_ur="پہلے اس بینک میں ہمارا اکاؤنٹ درج کریں۔",
)
ENTITLEMENT_UNKNOWN = catalogue.define(
    13,
    cause="There is no such entitlement.",
    cause_ur="ایسی کوئی واجب رقم موجود نہیں۔",
    remedy="Look for it on the person's page.",
    remedy_ur="اسے متعلقہ شخص کے صفحے پر تلاش کریں۔",
)
CANNOT_CANCEL = catalogue.define(
    14,
    cause="This entitlement has an instruction that stands for it, or is cancelled already.",
    cause_ur="اس واجب رقم کے لیے ادائیگی کی ہدایت موجود ہے، یا یہ پہلے ہی منسوخ ہے۔",
    remedy="Wait until the bank has answered. Money paid in error is recovered from a later entitlement.",
    remedy_ur="بینک کے جواب کا انتظار کریں۔ غلطی سے ادا ہوئی رقم اگلی واجب رقم سے واپس لی جاتی ہے۔",
)
LINES_LOST = catalogue.define(
    15,
    cause="Payroll {payroll} lost or gained lines while it was made: {expected} were expected, {found} found.",
    cause_ur="ادائیگی فہرست {payroll} بناتے ہوئے سطریں کم یا زیادہ ہو گئیں: {expected} متوقع تھیں، {found} ملیں۔",
    remedy="Nothing was kept. Run it again; if it happens again, report it.",
    remedy_ur="کچھ محفوظ نہیں ہوا۔ دوبارہ چلائیں؛ پھر ایسا ہو تو اطلاع دیں۔",
)
CYCLE_UNKNOWN = catalogue.define(
    16,
    cause="There is no payment cycle {cycle}.",
    cause_ur="ادائیگی کا دور {cycle} موجود نہیں۔",
    remedy="Open the cycle first.",
    remedy_ur="پہلے دور کھولیں۔",
)
ONE_IN_MAKING = catalogue.define(
    17,
    cause="Another payroll of this cycle is being made.",
    cause_ur="اس دور کی ایک اور ادائیگی فہرست بن رہی ہے۔",
    remedy="Release or reject it first.",
    remedy_ur="پہلے اسے جاری یا مسترد کریں۔",
)
NOT_UNKNOWN = catalogue.define(
    18,
    cause="Payment file {file} is {state}; only a file of which nobody knows whether it arrived is sent again.",
    cause_ur="ادائیگی کی فائل {file} کی حالت {state} ہے؛ صرف وہ فائل دوبارہ بھیجی جاتی ہے جس کا پہنچنا نامعلوم ہو۔",
    remedy="Nothing needs to be done.",
    remedy_ur="کچھ کرنے کی ضرورت نہیں۔",
)
NOT_YOURS = catalogue.define(
    19,
    cause="Payroll {payroll} was begun by another officer, in whose name it is prepared.",
    cause_ur="ادائیگی فہرست {payroll} کسی اور افسر نے شروع کی ہے اور انہی کے نام سے تیار ہوتی ہے۔",
    remedy="Ask them to go on with it, or reject it and begin a payroll of your own.",
    remedy_ur="انہیں کام آگے بڑھانے کو کہیں، یا اسے مسترد کر کے اپنی فہرست شروع کریں۔",
)
OTHER_ACCOUNT = catalogue.define(
    20,
    cause="Another account of ours is registered at the bank {bank} already.",
    cause_ur="بینک {bank} میں ہمارا ایک اور اکاؤنٹ پہلے سے درج ہے۔",
    remedy="Nothing was changed. Check the account number with the bank; our account at a bank is registered once.",
    remedy_ur="کچھ نہیں بدلا۔ اکاؤنٹ نمبر بینک سے جانچیں؛ ایک بینک میں ہمارا اکاؤنٹ ایک ہی بار درج ہوتا ہے۔",
)
