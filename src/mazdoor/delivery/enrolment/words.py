"""Why a decision is held though the rules say yes, in words: these reasons are the authority's, not the rule's."""

from typing import Final

from mazdoor.kernel.refusals import Words

HOLDS: Final[dict[str, Words]] = {
    "identity-not-confirmed": Words(
        "The identity authority has not confirmed who this is yet; the decision waits for that.",
        "شناختی ادارے نے ابھی تصدیق نہیں کی کہ یہ کون ہے؛ فیصلہ اس کا منتظر ہے۔",
    ),
    "open-duplicate": Words(
        "This may be somebody who is on the register already; the decision waits until a person has looked.",
        "ممکن ہے یہ فرد پہلے سے رجسٹر میں ہو؛ فیصلہ کسی کے دیکھنے تک منتظر ہے۔",
    ),
}
