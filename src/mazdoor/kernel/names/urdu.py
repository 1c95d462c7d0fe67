"""Urdu writing brought to one form, and its consonants read into the sound alphabet.

Unicode has several code points for one Urdu letter (Arabic keyboards give ي and ك where Urdu writes ی and ک),
presentation forms, optional vowel marks and invisible joiners. `normalise_urdu` takes them all to one form, so that
equal names are equal strings. `urdu_sound` reads a normalised word into the same alphabet of sounds as
`roman.roman_sound`, which is how an Urdu and a Roman spelling of one name meet.
"""

from __future__ import annotations

import re
import unicodedata

#: Code points of other keyboards and writing traditions -> the Urdu letter.
_ONE_LETTER = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ې": "ی", "ئ": "ی", "ۓ": "ے", "ك": "ک", "ڪ": "ک",
        "ه": "ہ", "ة": "ہ", "ۃ": "ہ", "ۂ": "ہ", "ۀ": "ہ", "ە": "ہ",
        "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ڄ": "ج",
        "ـ": None, "ء": None, "\u200c": None, "\u200d": None, "\u200e": None, "\u200f": None, "\u2060": None,
        "\ufeff": None, "۔": " ", "،": " ",
    }
)  # fmt: skip

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
#: A ye that bears an alif, at the end of a word, is an alif: بشریٰ is Bushra, موسیٰ Musa, مصطفیٰ Mustafa.
_ALIF_ON_YE = re.compile(r"[یيىې]\u0670(?![\u0600-\u06ff])")
#: The Arabic closing t is spoken after a long a (حیاۃ Hayat, زکوٰۃ zakat) and silent else (فاطمۃ).
_SPOKEN_T = re.compile(r"(?<=[ا\u0670])[ةۃ]")
#: Names often typed without that mark. Others that end in ye alone (نجمی, رضی) are read as they stand.
_ALIF_UNMARKED = frozenset(
    {"بشری", "مصطفی", "مرتضی", "مجتبی", "عیسی", "موسی", "یحیی", "صغری", "کبری", "سلمی", "لیلی", "اقصی", "عظمی", "یسری"}
)
_URDU = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")

#: Consonants -> the sound alphabet (see `roman`). Letters that write only vowels are absent: they are dropped.
_SOUND = {
    "ب": "B", "پ": "P", "ت": "T", "ٹ": "T", "ط": "T", "ث": "S", "س": "S", "ص": "S", "ج": "Z", "ز": "Z", "ذ": "Z",
    "ض": "Z", "ظ": "Z", "ژ": "Z", "چ": "C", "ح": "H", "ہ": "H", "خ": "K", "ک": "K", "ق": "K", "د": "D", "ڈ": "D",
    "ر": "R", "ڑ": "R", "ش": "X", "غ": "G", "گ": "G", "ف": "F", "ل": "L", "م": "M", "ن": "N", "ں": "N",
}  # fmt: skip
_VOWEL_START = frozenset("اآعی و".replace(" ", ""))


def is_urdu(text: str) -> bool:
    """Whether any letter of the text is of the Arabic script."""
    return _URDU.search(text) is not None


def normalise_urdu(text: str) -> str:
    """One spelling for one word: code points unified, marks and joiners dropped, spaces single, digits ASCII."""
    decomposed = _ALIF_ON_YE.sub("ا", unicodedata.normalize("NFKC", text))
    decomposed = _SPOKEN_T.sub("ت", decomposed)
    unified = decomposed.translate(_ONE_LETTER).translate(_DIGITS)
    bare = "".join(letter for letter in unified if not unicodedata.combining(letter))
    words = bare.replace("بی بی", "بیبی").split()
    return " ".join(f"{word[:-1]}ا" if word in _ALIF_UNMARKED else word for word in words)


#: Names whose consonants are another name's too: Mahmood is not Muhammad, Hussain is not Hassan.
TOLD_APART = {"محمود": "MHMUD", "حسین": "HSYN"}
#: Consonants that ھ can breathe upon. After any other letter, and opening a word, it is typed for ہ.
_ASPIRABLE = frozenset("بپتٹجچدڈرڑکگلمن")
_LONG_VOWELS = frozenset("اآویے")
_GUTTURALS = frozenset("عح")


def urdu_sound(word: str) -> str:
    """The sound of one normalised Urdu word: what its Urdu and its Roman spellings share.

    Short vowels are not written in Urdu and long ones are ambiguous (و is w, o or u), so only an opening vowel and
    the class of a closing one are kept, as `roman_sound` does.

    >>> urdu_sound("محمد"), urdu_sound("عائشہ"), urdu_sound("رفیع"), urdu_sound("اسحاق")
    ('MHMD', 'AXA', 'RFI', 'AXK')
    """
    if word in TOLD_APART:
        return TOLD_APART[word]
    letters: list[str] = []
    for letter in word:
        if not "\u0600" <= letter <= "\u06ff":
            continue
        if letter == "ھ":
            if letters and letters[-1] in _ASPIRABLE:
                continue  # a breath, which Roman spellings write or leave out
            letter = "ہ"
        if letter == "ل" and letters[-1:] == ["ل"] and word.endswith("للہ"):
            continue  # Allah: one sound, written twice
        letters.append(letter)
    ending = ""
    if len(letters) > 2 and letters[-1] in _GUTTURALS:
        # silent after a long vowel (رفیع Rafi, صباح Sabah); after a consonant heard as a short one (رافع Rafay, صالح Saleh)
        letters.pop()
        ending = "" if letters[-1] in _LONG_VOWELS else "I"
    sound: list[str] = []
    for position, letter in enumerate(letters):
        last = position == len(letters) - 1
        if position == 0 and letter in _VOWEL_START:
            sound.append({"و": "W", "ی": "Y"}.get(letter, "A"))
        elif position and last and not ending and letter in "اہآ":
            sound.append("A")
        elif position and last and not ending and letter in "یے":
            sound.append("I")
        elif position and last and not ending and letter == "و":
            sound.append("U")
        elif position and letter == "م" and letters[position + 1 : position + 2] == ["ب"]:
            sound.append("N")  # امبر is عنبر misspelt
        elif letter == "ح" and position > 1 and letters[position - 1] in "بد":
            continue  # سبحان, مدحت: Subhan and Midhat read like a breath
        elif letter in "حہ" and position > 1 and letters[position - 1] == "س":
            sound[-1] = "X"  # s and h side by side are written sh: اسحاق is Ishaq
        elif letter in _SOUND:
            sound.append(_SOUND[letter])
    return "".join(sound) + ending
