"""The sentences that stand with the figures of a simulation, in both languages."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Words
from mazdoor.simulation.report import Said

SENTENCES: Final[dict[str, Words]] = {
    "synthetic": Words(
        "The people of this snapshot do not exist. The figures show how the rules behave, not what the country would pay.",
        "اس ریکارڈ کے لوگ فرضی ہیں۔ یہ اعداد بتاتے ہیں کہ قواعد کیسے چلتے ہیں، یہ نہیں کہ ملک کتنا ادا کرے گا۔",
    ),
    "registry": Words(
        "A registry is not a survey: whoever is not registered is not in these figures, and poverty and inequality are those "
        "of registered households alone.",
        "رجسٹر سروے نہیں ہوتا: جو رجسٹرڈ نہیں وہ ان اعداد میں نہیں، اور غربت و عدم مساوات صرف رجسٹرڈ گھرانوں کی ہے۔",
    ),
    "welfare_survey": Words("Income a head is given by the snapshot.", "فی کس آمدنی ریکارڈ میں دی گئی ہے۔"),
    "welfare_synthetic": Words(
        "Income a head is the invented pay of the household's members, shared equally. Approximate, and not a survey's.",
        "فی کس آمدنی گھرانے کے افراد کی فرضی اجرت ہے، برابر تقسیم کی گئی۔ یہ تخمینہ ہے، سروے نہیں۔",
    ),
    "welfare_pay": Words(
        "Income a head is an approximation: what the employments of the household pay in a month (26 days, 208 hours), shared "
        "equally. {unpriced}% of employments are paid by the piece or season or not known, and count as nothing; so do "
        "trade, land, rent and remittances.",
        "فی کس آمدنی تخمینہ ہے: گھرانے کی ملازمتوں کی ایک ماہ کی اجرت (۲۶ دن، ۲۰۸ گھنٹے)، برابر تقسیم۔ "
        "{unpriced}% ملازمتوں کی اجرت "
        "فی کام یا فصل پر ہے یا معلوم نہیں، وہ صفر گنی گئی؛ تجارت، زمین، کرایہ اور ترسیلات بھی شامل نہیں۔",
    ),
    "welfare_none": Words(
        "The snapshot says nothing of incomes, so there is no poverty, inequality or decile here.",
        "ریکارڈ میں آمدنی نہیں، اس لیے یہاں غربت، عدم مساوات اور دسواں حصہ نہیں۔",
    ),
    "nothing": Words(
        "{share}% of households have no income on record. They stand in the first decile together; they add nothing to Watts "
        "and are left out of the mean log deviation.",
        "{share}% گھرانوں کی کوئی آمدنی درج نہیں۔ وہ سب پہلے دسویں حصے میں ہیں؛ واٹس میں کچھ نہیں جوڑتے اور "
        "اوسط لاگ انحراف میں شامل نہیں۔",
    ),
    "line_relative": Words(
        "No poverty line was given. A line of 60% of the median income a head without the programme (Rs {line} a month) is "
        "used, which moves with the data and is nobody's official line.",
        "غربت کی لکیر نہیں دی گئی۔ پروگرام کے بغیر درمیانی فی کس آمدنی کا ۶۰% (ماہانہ {line} روپے) لیا گیا؛ یہ سرکاری لکیر نہیں۔",
    ),
    "counted": Words(
        "Every unit is counted once, so there is no sampling error to state. What is uncertain is who is missing.",
        "ہر اکائی ایک بار گنی گئی، اس لیے نمونے کی غلطی نہیں۔ غیر یقینی یہ ہے کہ کون درج نہیں۔",
    ),
    "weighted": Words(
        "Figures are weighted. Standard errors are from a bootstrap of households ({replicates} draws, seed {seed}); they do "
        "not know the survey's strata and clusters, and are then too small.",
        "اعداد وزن دار ہیں۔ معیاری غلطی گھرانوں کے {replicates} بار دوبارہ انتخاب سے ہے (بیج {seed})؛ "
        "سروے کے طبقات و گروہ شامل نہیں، "
        "اس لیے اصل غلطی زیادہ ہو سکتی ہے۔",
    ),
    "behaviour": Words(
        "Nobody changes what they do: nobody works, registers or contributes more or less because of the reform.",
        "یہ مانا گیا کہ اصلاح سے کوئی اپنا طرزِ عمل نہیں بدلتا: نہ کام، نہ رجسٹریشن، نہ واجبات۔",
    ),
    "years": Words(
        "Later years read the same snapshot on a later day: people grow older, and nobody is born, dies, registers or contributes. "
        "Rates not yet notified stay as they are.",
        "اگلے سال اسی ریکارڈ پر بعد کی تاریخ سے ہیں: عمر بڑھتی ہے، مگر کوئی پیدا نہیں ہوتا، مرتا نہیں، "
        "رجسٹر نہیں ہوتا، واجبات نہیں دیتا۔ "
        "جو شرحیں ابھی جاری نہیں ہوئیں وہ وہی رہتی ہیں۔",
    ),
    "once": Words(
        "The benefit is paid once, so its cost falls in the first year; as income it counts one twelfth a month.",
        "یہ امداد ایک بار ملتی ہے، اس لیے خرچ پہلے سال کا ہے؛ آمدنی میں ہر ماہ اس کا بارہواں حصہ گنا گیا۔",
    ),
    "payer_unsaid": Words(
        "Who pays is not said by the programme, so it is not said here.",
        "کون ادا کرے گا، پروگرام نے نہیں بتایا، اس لیے یہاں بھی نہیں بتایا گیا۔",
    ),
    "open": Words(
        "{count} units cannot be decided with the reform because a fact is not known; they are not counted as reached.",
        "اصلاح کے ساتھ {count} کا فیصلہ نہیں ہو سکتا کیونکہ کوئی حقیقت معلوم نہیں؛ انہیں شامل نہیں گنا گیا۔",
    ),
    "closed": Words(
        "On this day the programme does not run under the law as it stands, so nobody is reached before the reform.",
        "اس دن موجودہ قانون میں پروگرام جاری نہیں، اس لیے اصلاح سے پہلے کوئی شامل نہیں۔",
    ),
    "not_yet": Words(
        "On this day the reform is not in force, so nothing changes.",
        "اس دن اصلاح نافذ نہیں، اس لیے کچھ نہیں بدلتا۔",
    ),
    "areas": Words(
        "The reform holds in {areas} only; elsewhere the law stands as it is.",
        "اصلاح صرف {areas} میں نافذ ہے؛ باقی جگہ موجودہ قانون ہے۔",
    ),
    "quota": Words(
        "The programme has a quota: {before} who qualify before, and {after} with the reform, have no place in their area. They "
        "are counted neither as reached nor in the cost.",
        "پروگرام میں کوٹہ ہے: پہلے {before} اور اصلاح کے ساتھ {after} اہل ہیں مگر ان کے علاقے میں نشست نہیں۔ وہ نہ شامل گنے گئے "
        "نہ خرچ میں۔",
    ),
    "quota_enough": Words(
        "The programme has a quota. The places of every area suffice for all who qualify here; a snapshot smaller than the "
        "country says nothing of whether they would suffice there.",
        "پروگرام میں کوٹہ ہے۔ یہاں ہر علاقے کی نشستیں تمام اہل لوگوں کے لیے کافی ہیں؛ ملک سے چھوٹا ریکارڈ یہ نہیں بتاتا کہ "
        "پورے ملک میں کافی ہوں گی یا نہیں۔",
    ),
    "benchmark": Words(
        "Leakage and undercoverage are against the stated benchmark ({benchmark}) and no better than it.",
        "رساؤ اور محرومی بتائے گئے معیار ({benchmark}) کے مقابل ہیں، اور اتنے ہی درست جتنا وہ معیار۔",
    ),
}


def say(code: str, **details: object) -> Said:
    """A sentence with its details filled in."""
    words = SENTENCES[code]
    return Said(code, Words(words.en.format(**details), words.ur.format(**details)))
