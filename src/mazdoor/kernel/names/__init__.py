"""Names of this country: one name in two scripts and many spellings, brought to what its spellings share.

Anybody may call these; nothing here knows of registers, matching or a database.

- `normalise_urdu` one spelling for one Urdu word: code points of other keyboards, vowel marks, joiners, presentation forms
- `fold_roman` a Roman name without accents, points and capitals
- `word_sound` the skeleton of one word of either script (see `roman` for its alphabet): where two spellings meet
- `analyse_name` a whole name taken apart: particles set aside, halves joined, parts in any order
"""

from mazdoor.kernel.names.parts import NO_NAME, Name, analyse_name, word_sound
from mazdoor.kernel.names.roman import fold_roman, roman_sound
from mazdoor.kernel.names.urdu import is_urdu, normalise_urdu, urdu_sound

__all__ = [
    "NO_NAME",
    "Name",
    "analyse_name",
    "fold_roman",
    "is_urdu",
    "normalise_urdu",
    "roman_sound",
    "urdu_sound",
    "word_sound",
]
