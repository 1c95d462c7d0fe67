"""The sentences an explanation is made of, in English and Urdu: plain words, none of them about one country's law."""

from __future__ import annotations

from typing import Final

from mazdoor.kernel.refusals import Words

CHANGES: Final = {
    "more": Words("{amount} more needed", "مزید {amount} درکار"),
    "more_of": Words(
        "at least {needed}, now {now}: {amount} more needed", "کم از کم {needed}، اب {now}: مزید {amount} درکار"
    ),
    "at_most": Words("at most {needed}, now {now}", "زیادہ سے زیادہ {needed}، اب {now}"),
    "over": Words("more than {threshold}, now {now}", "{threshold} سے زیادہ، اب {now}"),
    "under": Words("less than {threshold}, now {now}", "{threshold} سے کم، اب {now}"),
    "exactly": Words("{needed}, now {now}", "{needed}، اب {now}"),
    "another": Words("other than {threshold}", "{threshold} کے علاوہ"),
    "after": Words("after {threshold}, now {now}", "{threshold} کے بعد، اب {now}"),
    "from": Words("on {threshold} or later, now {now}", "{threshold} کو یا بعد میں، اب {now}"),
    "before": Words("before {threshold}, now {now}", "{threshold} سے پہلے، اب {now}"),
    "until": Words("on {threshold} or earlier, now {now}", "{threshold} کو یا پہلے، اب {now}"),
    "wait": Words("possible from {day}, in {span}", "{day} سے ممکن، یعنی {span} بعد"),
    "missing": Words("not known yet: {name}", "ابھی معلوم نہیں: {name}"),
    "missing_of": Words("not known yet: {name} ({owner})", "ابھی معلوم نہیں: {name} ({owner})"),
    "missing_many": Words("not known yet: {name} ({owner}, {count})", "ابھی معلوم نہیں: {name} ({owner}، {count})"),
    "fixed": Words(
        "nobody can change this ({name}); if it is recorded wrongly, have it corrected",
        "یہ بدل نہیں سکتا ({name})؛ اگر غلط درج ہے تو درست کرائیں",
    ),
    "so": Words("this would have to be so: {title}", "یہ ہونا ضروری ہے: {title}"),
    "not_so": Words("this must not be so: {title}", "یہ نہیں ہونا چاہیے: {title}"),
    "or": Words(" or ", " یا "),
    "and": Words("; ", "؛ "),
    "one_of": Words("one of these:", "ان میں سے کوئی ایک:"),
    "all_of": Words("all of these:", "یہ سب:"),
}

NOTICE: Final = {
    "why": Words("Why", "وجہ"),
    "also": Words("Also not met, or not known", "یہ بھی پورا نہیں یا معلوم نہیں"),
    "change": Words("What would have to change", "کیا بدلنا ہو گا"),
    "missing": Words("What we still need to know", "ہمیں ابھی کیا معلوم کرنا ہے"),
    "bring": Words(
        "Bring a paper that shows it to the office named below, or have it confirmed there.",
        "اس کا ثبوت نیچے لکھے دفتر میں لائیں یا وہاں تصدیق کرائیں۔",
    ),
    "enough": Words("With this the conditions of the rule would be met.", "اس سے قاعدے کی شرائط پوری ہو جائیں گی۔"),
    "amount": Words("How the amount comes about", "رقم کیسے بنی"),
    "law": Words("Where it is written", "قانون میں کہاں لکھا ہے"),
    "places": Words("The places", "نشستیں"),
    "order": Words(
        "Places are given in the order the programme states; equals are told apart by a lot that nobody chooses and everybody "
        "can repeat.",
        "نشستیں پروگرام کی بتائی ہوئی ترتیب سے دی جاتی ہیں؛ برابر والوں میں قرعہ ہوتا ہے جسے کوئی نہیں چنتا اور "
        "ہر کوئی دہرا سکتا ہے۔",
    ),
    "appeal": Words("If you disagree", "اگر آپ متفق نہیں"),
    "number": Words("Numbers to quote", "حوالہ"),
    "more": Words("and {count} more; the full account has them all", "اور مزید {count}؛ مکمل تفصیل میں سب درج ہیں"),
    "amount_unknown": Words("We cannot work out the amount yet:", "ابھی رقم کا حساب ممکن نہیں:"),
    "further": Words("There are {count} further reasons.", "مزید {count} وجوہات بھی ہیں۔"),
    "further_one": Words("There is one further reason.", "ایک اور وجہ بھی ہے۔"),
    "rule_changed": Words(
        "The rule has been written anew since; the result is the same under the present one, which is shown here.",
        "قاعدہ بعد میں دوبارہ لکھا گیا؛ موجودہ قاعدے سے بھی نتیجہ یہی ہے اور یہاں وہی دکھایا گیا ہے۔",
    ),
}

TRACE: Final = {
    "title": Words("Full account", "مکمل تفصیل"),
    "run": Words("How to repeat it", "دہرانے کا طریقہ"),
    "programme": Words("Programme", "پروگرام"),
    "unit": Words("Unit", "اکائی"),
    "at": Words("As of", "بتاریخ"),
    "known_at": Words("By what was known at", "اس وقت تک معلوم"),
    "all_known": Words("all that is known", "جو کچھ معلوم ہے"),
    "engine": Words("Engine", "انجن"),
    "made_by": Words("Result recorded by engine", "نتیجہ درج کرنے والا انجن"),
    "rule_hash": Words("Rule (content hash)", "قاعدہ (مواد کا ہیش)"),
    "decided_under": Words("Rule it was decided under", "قاعدہ جس پر فیصلہ ہوا"),
    "snapshot": Words("Snapshot (hash of its rows)", "اسنیپ شاٹ (سطروں کا ہیش)"),
    "run_number": Words("Assessment", "جائزہ"),
    "clauses": Words("Clause by clause", "شق بہ شق"),
    "outcomes": Words("Outcome of every clause", "ہر شق کا نتیجہ"),
    "worked_out": Words("worked out", "حساب"),
    "parameter": Words("value of the law", "قانونی مقدار"),
    "in_force": Words("in force from {start}", "نافذ از {start}"),
    "in_force_to": Words("in force from {start} to {end}", "نافذ از {start} تا {end}"),
    "known_from": Words("known from {start}", "معلوم از {start}"),
    "decided": Words("this decided", "فیصلہ اسی پر ہوا"),
    "not_coded": Words("not decided here", "یہاں طے نہیں ہوتا"),
    "held_against": Words("held against", "مقابل"),
    "counts_as": Words("an unknown answer counts {how}", "نامعلوم جواب {how} شمار ہوتا ہے"),
    "excludes": Words("against the person", "شخص کے خلاف"),
    "admits": Words("for the person", "شخص کے حق میں"),
    "amount": Words("Amount", "رقم"),
    "category": Words("Category", "زمرہ"),
    "facts": Words("Facts read", "پڑھے گئے حقائق"),
    "results": Words("Further results", "دیگر نتائج"),
}
