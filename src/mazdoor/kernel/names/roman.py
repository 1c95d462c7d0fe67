"""Roman Urdu brought to one sound: what remains of a name when nobody agrees on its spelling.

There is no official Roman spelling of Urdu; one man is Rehman, Rahman and Rahmaan on three papers. `roman_sound`
keeps what the spellings share:

- the consonants, in an alphabet of 18 (`X` is sh, `C` is ch; kh, k and q meet in `K`, gh and g in `G`, th and t in `T`,
  z and j in `Z`; a doubled letter counts once; an `h` counts after a vowel
  and before another sound, and between r, l, m, n or z and a vowel: Farhan, Azhar);
- `A` for any opening vowel (Usman, Osman; Imran, Emran), `W` and `Y` only as opening letters;
- the class of a closing vowel: `A`, `I` or `U` (it is what tells Nasir from Nasira).
"""

from __future__ import annotations

import re
import unicodedata

_DIGRAPHS = (
    ("sh", "X"), ("ch", "C"), ("kh", "K"), ("gh", "G"), ("ph", "F"), ("th", "T"), ("dh", "D"), ("bh", "B"),
    ("jh", "Z"), ("ck", "K"),
)  # fmt: skip
_SINGLE = {
    "b": "B", "p": "P", "t": "T", "d": "D", "r": "R", "z": "Z", "j": "Z", "s": "S", "f": "F", "k": "K", "q": "K",
    "c": "K", "g": "G", "l": "L", "m": "M", "n": "N",
}  # fmt: skip
_VOWELS = frozenset("aeiou")
_NOT_A_LETTER = re.compile(r"[^a-z]+")
#: Names whose consonants are another name's too, told apart by the vowel that both scripts write (see `urdu.TOLD_APART`).
_TOLD_APART = (
    (re.compile(r"^m[aeuo]*h+m+(oo|ou|u|uu|w)+d+$"), "MHMUD"),  # Mahmood is not Muhammad
    (re.compile(r"^h[aeou]*s+[ae]*[iy][aeiy]*n+$|^h[aeou]*s+e{1,2}n+$"), "HSYN"),  # Hussain is not Hassan
)


def fold_roman(text: str) -> str:
    """Lower-case ASCII words with single spaces: accents, hyphens, full stops and apostrophes are gone."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_A_LETTER.sub(" ", plain.replace("'", "").replace("`", "")).strip()


def roman_sound(word: str) -> str:
    """The sound of one folded Roman word.

    >>> {roman_sound(word) for word in ("rehman", "rahman", "rahmaan")}
    {'RHMN'}
    >>> roman_sound("fatima") == roman_sound("fatimah"), roman_sound("nasir") == roman_sound("nasira")
    (True, False)
    """
    for pattern, sound_of_it in _TOLD_APART:
        if pattern.match(word):
            return sound_of_it
    if word.endswith("que"):
        word = word[:-2]  # Rafique is Rafiq
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
            follows = word[position + 1 : position + 2]
            if position == 0 or (
                follows and (before in _VOWELS or before in "yw" or (before in "rlmnz" and follows in _VOWELS))
            ):
                sound.append("H")
        elif letter == "m" and word[position + 1 : position + 2] == "b":
            sound.append("N")  # Ambreen is written عنبرین
        elif letter == "c" and word[position + 1 : position + 2] in ("e", "i", "y"):
            sound.append("S")
        elif letter == "t" and word[position : position + 4] == "tion":
            sound.append("X")
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
    bare = word[:-1] if word.endswith("h") and word[-2:-1] in _VOWELS else word
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
