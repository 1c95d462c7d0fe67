"""Why a pair has the weight it has, for people: each field in words (English and Urdu) and as a chart (SVG).

The weights come as `model.Score.reasons`, or as the JSON that `linkage.reasons_sql` writes; the chart is drawn by hand
because it is five rectangles and must look the same in an e-mail as on a page, in either direction of writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from mazdoor.matching.model import FieldWeight

FIELDS: dict[str, tuple[str, str]] = {
    "given": ("Given name", "نام"),
    "surname": ("Surname", "خاندانی نام"),
    "father": ("Father's name", "والد کا نام"),
    "husband": ("Husband's name", "شوہر کا نام"),
    "birth": ("Birth date", "تاریخ پیدائش"),
    "sex": ("Sex", "جنس"),
    "place": ("Lives in", "رہائش"),
    "phone": ("Mobile", "موبائل"),
    "cnic": ("CNIC", "شناختی کارڈ"),
    "kinship": ("Could they be kin?", "کیا یہ رشتہ دار ہو سکتے ہیں؟"),
    "prior": ("Before anything is compared", "موازنے سے پہلے"),
}

LEVELS: dict[str, tuple[str, str]] = {
    "same": ("the same", "ایک جیسا"),
    "same_sound": ("sounds the same", "آواز ایک جیسی ہے"),
    "part_left_out": ("the same, a part left out", "وہی، ایک حصہ چھوٹا ہوا"),
    "misspelt": ("close, one of them misspelt", "قریب قریب، ایک میں املا کی غلطی"),
    "close": ("close", "ملتا جلتا"),
    "shared_part": ("one part is shared", "ایک حصہ مشترک"),
    "only_title_left": ("only a title is left, and it is shared", "صرف لقب لکھا ہے اور وہ مشترک ہے"),
    "swapped_with_father": ("exchanged with the father's name", "والد کے نام سے بدلا ہوا"),
    "swapped_with_surname": ("exchanged with the surname", "خاندانی نام سے بدلا ہوا"),
    "named_as_husband": ("the one's father is the other's husband", "ایک کے والد کا نام دوسرے کے شوہر کا نام ہے"),
    "misspelt_different": ("different, one of them misspelt", "مختلف، ایک میں املا کی غلطی"),
    "different": ("different", "مختلف"),
    "same_date": ("the same date", "ایک ہی تاریخ"),
    "day_and_month_swapped": ("day and month swapped", "دن اور مہینہ آپس میں بدلے ہوئے"),
    "year_same_one_rounded": ("the same year, one rounded to 1 January", "ایک ہی سال، ایک میں یکم جنوری لکھی ہے"),
    "day_same_year_near": ("the same day, a year or two apart", "وہی دن، ایک دو سال کا فرق"),
    "one_part_differs": ("the same year, day or month differs", "ایک ہی سال، دن یا مہینہ مختلف"),
    "told_year_near": ("only a year was told, and it is near", "صرف سال بتایا گیا اور وہ قریب ہے"),
    "both_rounded_years_near": ("both rounded, a year or two apart", "دونوں میں یکم جنوری، ایک دو سال کا فرق"),
    "decade_one_rounded": ("one told by the decade", "ایک میں صرف دہائی لکھی ہے"),
    "years_near": ("years near each other", "قریب کے سال"),
    "same_area": ("the same tehsil", "ایک ہی تحصیل"),
    "same_district": ("the same district", "ایک ہی ضلع"),
    "same_province": ("the same province", "ایک ہی صوبہ"),
    "same_old_number": ("the same old number", "پرانا نمبر ایک ہی ہے"),
    "digits_swapped": ("the same digits in another order", "وہی ہندسے، ترتیب مختلف"),
    "serial_and_another_segment_same": ("middle and another part the same", "درمیانی اور ایک اور حصہ ایک جیسا"),
    "outer_segments_same": ("first and last part the same", "پہلا اور آخری حصہ ایک جیسا"),
}
NOTHING_TO_COMPARE: tuple[str, str] = ("cannot be compared", "موازنہ ممکن نہیں")
KIN_AS_ALIKE: tuple[str, str] = (
    "brothers or other kin could be as alike",
    "بھائی یا دوسرے رشتہ دار بھی اتنے ملتے جلتے ہو سکتے ہیں",
)

#: From how many bits a reason is called strong, and from how many it is named at all.
_STRONG, _SOME = 6.0, 1.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One field of a pair in words: ``(English, Urdu)`` each; ``weight`` in bits, above 0 speaks for one person."""

    field: str
    name: tuple[str, str]
    found: tuple[str, str]
    weight: float
    says: tuple[str, str]

    def sentence(self, language: str = "en") -> str:
        """``Given name: sounds the same; speaks strongly for one person (7.5).`` in ``en`` or ``ur``."""
        place = 1 if language == "ur" else 0
        found = f"{self.name[place]}: {self.found[place]}" if self.found[place] else self.name[place]
        stop, semicolon = ("۔", "؛") if place else (".", ";")
        return f"{found}{semicolon} {self.says[place]} ({self.weight:+.1f}){stop}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A pair explained: the reasons in the order of the model, their sum in bits, a chart for each language."""

    weight: float
    reasons: tuple[Reason, ...]

    def words(self, language: str = "en") -> list[str]:
        """One sentence for each reason that says something, strongest first, the prior last."""
        told = [each for each in self.reasons if abs(each.weight) >= 0.05 or each.field == "prior"]
        told.sort(key=lambda each: (each.field == "prior", -abs(each.weight)))
        return [each.sentence(language) for each in told]

    def chart(self, language: str = "en") -> str:
        """A waterfall as SVG: each reason moves the sum right (for one person) or left; numbers and words stand beside it."""
        return _waterfall(self, language)


def explain(reasons: Iterable[FieldWeight] | Mapping[str, Mapping[str, Any]]) -> Explanation:
    """Explain a pair from ``Score.reasons``, or from evidence as stored: ``{field: {"level": …, "weight": …}}``."""
    if isinstance(reasons, Mapping):
        given = [
            FieldWeight(field, each.get("level"), float(each.get("weight") or 0.0)) for field, each in reasons.items()
        ]
    else:
        given = list(reasons)
    return Explanation(sum(each.weight for each in given), tuple(_reason(each) for each in given))


def _reason(given: FieldWeight) -> Reason:
    if given.field in ("kinship", "prior"):
        found = ("", "")
    else:
        found = (
            NOTHING_TO_COMPARE if given.level is None else LEVELS.get(given.level, (given.level.replace("_", " "),) * 2)
        )
    return Reason(given.field, FIELDS.get(given.field, (given.field, given.field)), found, given.weight, _says(given))


def _says(given: FieldWeight) -> tuple[str, str]:
    if given.field == "prior":
        return ("how rarely any two records are one person", "دو ریکارڈ شاذ ہی ایک شخص کے ہوتے ہیں")
    if given.field == "kinship":
        if given.weight > -_SOME:
            return ("kin would be no better explanation", "رشتہ داری سے یہ مشابہت نہیں سمجھی جا سکتی")
        return KIN_AS_ALIKE
    size = abs(given.weight)
    if size < _SOME:
        return ("says little", "اس سے کم ہی پتا چلتا ہے")
    if given.weight > 0:
        if size >= _STRONG:
            return ("speaks strongly for one person", "ایک ہی شخص ہونے کی مضبوط دلیل")
        return ("speaks for one person", "ایک ہی شخص ہونے کی دلیل")
    if size >= _STRONG:
        return ("speaks strongly for two people", "دو الگ شخص ہونے کی مضبوط دلیل")
    return ("speaks for two people", "دو الگ شخص ہونے کی دلیل")


_ROW, _LEFT, _WIDE, _RIGHT = 30, 210, 300, 300  # the longest words have 40 letters


def _waterfall(explanation: Explanation, language: str) -> str:
    place = 1 if language == "ur" else 0
    sums, at = [], 0.0
    rows = [each for each in explanation.reasons if each.field == "prior"]
    rows += [each for each in explanation.reasons if each.field != "prior" and abs(each.weight) >= 0.05]
    for each in rows:
        sums.append((at, at + each.weight))
        at += each.weight
    low = min([0.0, *(min(pair) for pair in sums)])
    high = max([0.0, *(max(pair) for pair in sums)])
    scale = _WIDE / max(high - low, 1e-9)

    def x(value: float) -> float:
        return _LEFT + (value - low) * scale

    height = _ROW * (len(rows) + 1) + 16
    width = _LEFT + _WIDE + _RIGHT
    total = ("Weight of the pair", "جوڑے کا وزن")[place]
    title = f"{total}: {explanation.weight:+.1f}"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}" direction="ltr" font-family="inherit" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<line x1="{x(0):.1f}" y1="4" x2="{x(0):.1f}" y2="{height - 4}" stroke="#767676" stroke-dasharray="3 3"/>',
    ]
    for number, (each, (start, end)) in enumerate(zip(rows, sums, strict=True)):
        out += _bar(each.name[place], each.found[place], each.weight, x(start), x(end), number * _ROW + 8, language)
    out += _bar(total, "", explanation.weight, x(0.0), x(explanation.weight), len(rows) * _ROW + 8, language, bold=True)
    return "".join([*out, "</svg>"])


def _bar(
    name: str, found: str, weight: float, start: float, end: float, top: int, language: str, *, bold: bool = False
) -> list[str]:
    colour = "#1b6e3c" if weight >= 0 else "#a3341f"
    heavy = ' font-weight="bold"' if bold else ""
    turned = ' direction="rtl"' if language == "ur" else ""
    # from the right to the left a line of text begins at its right end
    name_at, found_at = ("start", "end") if language == "ur" else ("end", "start")
    left, middle = min(start, end), top + 15
    return [
        f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="{name_at}"{turned}{heavy}>{escape(name)}</text>',
        f'<rect x="{left:.1f}" y="{top}" width="{max(abs(end - start), 1):.1f}" height="18" rx="2" fill="{colour}"/>',
        f'<text x="{_LEFT + _WIDE + 8}" y="{middle}"{heavy}>{weight:+.1f}</text>',
        f'<text x="{_LEFT + _WIDE + 46}" y="{middle}" text-anchor="{found_at}"{turned} font-size="11">{escape(found)}</text>',
    ]
