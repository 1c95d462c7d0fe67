"""What assessment refuses, why, and what to do about it."""

from mazdoor.kernel.refusals import Catalogue

catalogue = Catalogue("ASM")

SNAPSHOT_NOT_FROZEN = catalogue.define(
    1,
    cause="Snapshot {snapshot} was not finished, so no rule may be applied to it.",
    cause_ur="اسنیپ شاٹ {snapshot} مکمل نہیں ہوا، اس پر کوئی قاعدہ نہیں لگایا جا سکتا۔",
    remedy="Take a new snapshot.",
    remedy_ur="نیا اسنیپ شاٹ لیں۔",
)
SNAPSHOT_ALTERED = catalogue.define(
    2,
    cause="The files of snapshot {snapshot} are not what was frozen.",
    cause_ur="اسنیپ شاٹ {snapshot} کی فائلیں وہ نہیں جو محفوظ کی گئی تھیں۔",
    remedy="Restore them from the archive, or take a new snapshot; find out who changed them.",
    remedy_ur="محفوظ نقل سے بحال کریں یا نیا اسنیپ شاٹ لیں؛ معلوم کریں کس نے بدلا۔",
)
PROGRAMME_UNKNOWN = catalogue.define(
    3,
    cause="There is no programme “{programme}” among the policies.",
    cause_ur="پالیسیوں میں ”{programme}“ نام کا کوئی پروگرام نہیں۔",
    remedy="See the list: mazdoor rules check",
    remedy_ur="فہرست دیکھیں: mazdoor rules check",
)
ENGINES_DISAGREE = catalogue.define(
    4,
    cause="The two engines do not agree on {count} of {checked} units checked.",
    cause_ur="دونوں انجن {checked} میں سے {count} اکائیوں پر متفق نہیں۔",
    remedy="Nothing was recorded. Report the rule and the snapshot; money does not move until this is understood.",
    remedy_ur="کچھ درج نہیں ہوا۔ قاعدے اور اسنیپ شاٹ کی اطلاع دیں؛ وجہ سمجھے بغیر رقم نہیں جائے گی۔",
)
UNITS_GONE = catalogue.define(
    5,
    cause="{missing} units of the snapshot are no longer on the register.",
    cause_ur="اسنیپ شاٹ کی {missing} اکائیاں اب رجسٹر میں نہیں۔",
    remedy="Nothing was recorded. Take a new snapshot and assess that.",
    remedy_ur="کچھ درج نہیں ہوا۔ نیا اسنیپ شاٹ لیں اور اس کا جائزہ لیں۔",
)
RESULT_DIFFERS = catalogue.define(
    6,
    cause="What is recorded of assessment {assessment} is not what its frozen facts give now: {what} differs.",
    cause_ur="جائزہ {assessment} کا درج شدہ نتیجہ اس کے محفوظ حقائق سے مختلف ہے: {what}۔",
    remedy="Nothing is explained and nothing may be paid on it. Tell the administrator: the record or the snapshot was altered.",
    remedy_ur="اس کی وضاحت نہیں کی جاتی اور اس پر ادائیگی نہ کی جائے۔ منتظم کو بتائیں: ریکارڈ یا اسنیپ شاٹ بدلا گیا ہے۔",
)
RULE_REWRITTEN = catalogue.define(
    7,
    cause="The rule of assessment {assessment} has been written anew since, and gives another result now: {what} differs.",
    cause_ur="جائزہ {assessment} کا قاعدہ بعد میں دوبارہ لکھا گیا اور اب نتیجہ مختلف ہے: {what}۔",
    remedy="Explain it with the policy of its day, whose content hash the assessment names, or assess anew.",
    remedy_ur="اسے اُسی وقت کی پالیسی سے دیکھیں جس کا ہیش جائزے میں درج ہے، یا نیا جائزہ لیں۔",
)
UNIT_NOT_FROZEN = catalogue.define(
    8,
    cause="The frozen facts of assessment {assessment} are not in its snapshot.",
    cause_ur="جائزہ {assessment} کے محفوظ حقائق اس کے اسنیپ شاٹ میں نہیں۔",
    remedy="Restore the snapshot from the archive; without it the assessment can be neither repeated nor explained.",
    remedy_ur="اسنیپ شاٹ محفوظ نقل سے بحال کریں؛ اس کے بغیر جائزہ نہ دہرایا جا سکتا ہے نہ سمجھایا جا سکتا ہے۔",
)
NOT_ON_THE_REGISTER = catalogue.define(
    9,
    cause="The register cannot assess the programme “{programme}”: {why}.",
    cause_ur="رجسٹر پروگرام ”{programme}“ کا جائزہ نہیں لے سکتا: {why_ur}۔",
    remedy="Read it as law, or try it with facts of your own: mazdoor rules run {programme} --facts FILE --at DATE",
    remedy_ur="اسے قانون کے طور پر پڑھیں یا اپنے حقائق سے آزمائیں: mazdoor rules run {programme} --facts FILE --at DATE",
)
