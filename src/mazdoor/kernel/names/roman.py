"""Roman Urdu brought to one sound: what remains of a name when nobody agrees on its spelling.

There is no official Roman spelling of Urdu; one man is Rehman, Rahman and Rahmaan on three papers. `roman_sound`
keeps what the spellings share:

- the consonants, in an alphabet of 18 (`X` is sh, `C` is ch; kh, k and q meet in `K`, gh and g in `G`, th and t in `T`,
  z and j in `Z`; a doubled letter counts once; an `h` counts only after a vowel and before another sound);
- `A` for any opening vowel (Usman, Osman; Imran, Emran), `W` and `Y` only as opening letters;
- the class of a closing vowel: `A`, `I` or `U` (it is what tells Nasir from Nasira).
"""

from __future__ import annotations

import re
import unicodedata

_DIGRAPHS = (
    ("sh", "X"), ("ch", "C"), ("kh", "K"), ("gh", "G"), ("ph", "F"), ("th", "T"), ("dh", "D"), ("bh", "B"),
    ("jh", "Z"), ("zh", "Z"), ("ck", "K"),
)  # fmt: skip
_SINGLE = {
    "b": "B", "p": "P", "t": "T", "d": "D", "r": "R", "z": "Z", "j": "Z", "s": "S", "f": "F", "k": "K", "q": "K",
    "c": "K", "g": "G", "l": "L", "m": "M", "n": "N",
}  # fmt: skip
_VOWELS = frozenset("aeiou")
_NOT_A_LETTER = re.compile(r"[^a-z]+")
_MAHMUD = re.compile(r"^m[aeuo]*h+m+(oo|ou|u|uu|w)+d+$")


def fold_roman(text: str) -> str:
    """Lower-case ASCII words with single spaces: accents, hyphens, full stops and apostrophes are gone."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_A_LETTER.sub(" ", plain.replace("'", "").replace("`", "")).strip()


def roman_sound(word: str) -> str:
    """The sound of one folded Roman word: rehman, rahman and rahmaan -> RHMN; fatima and fatimah -> FTMA."""
    if _MAHMUD.match(word):
        return "MHMUD"  # Mahmood is another name than Muhammad though the consonants agree
    size = len(word)
    sound: list[str] = []
    position = 0
    while position < size:
        letter = word[position]
        pair = word[position : position + 2]
        code = next((code for digraph, code in _DIGRAPHS if digraph == pair), "")
        if code:
            sound.append(code)
            position += 2
            if word[position : position + 2] == pair:  # a doubled digraph (Achchha) counts once
                position += 2
            continue
        if position and letter == word[position - 1] and letter not in _VOWELS:
            position += 1
            continue
        if letter in _VOWELS:
            if position == 0:
                sound.append("A")
        elif letter == "h":
            before = word[position - 1] if position else ""
            if position == 0 or (position + 1 < size and (before in _VOWELS or before in "yw")):
                sound.append("H")
        elif letter in "wv":
            if position == 0:
                sound.append("W")
        elif letter == "y":
            if position == 0:
                sound.append("Y")
        elif letter == "x":
            sound.append("KS")
        else:
            sound.append(_SINGLE.get(letter, ""))
        position += 1
    return "".join(sound) + _closing_vowel(word)


def _closing_vowel(word: str) -> str:
    """Class of the vowel a word ends on, '' for a consonant or a one-syllable opening vowel."""
    bare = word.rstrip("h") if word.endswith(("ah", "eh", "ih")) else word
    if len(bare) < 2:
        return ""
    end = bare[-1]
    if end == "a":
        return "A"
    if end in "iye":
        return "I"
    if end in "ou":
        return "U"
    return ""
