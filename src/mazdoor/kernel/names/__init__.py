"""Names of this country: one name in two scripts and many spellings, brought to what its spellings share.

Anybody may call these; nothing here knows of registers, matching or a database.

- `normalise_urdu` one spelling for one Urdu word: code points of other keyboards, vowel marks, joiners, presentation forms
- `fold_roman` a Roman name without accents, points and capitals
- `word_sound` the skeleton of one word of either script (see `roman` for its alphabet): where two spellings meet
- `split_lineage` own name and father's or husband's, where they stand in one line
- `analyse_name` a whole name taken apart: particles set aside, halves joined, parts in any order

Rules were made by hand on one half of the words of the Dakshina lexicon (Google, CC BY-SA 4.0) and of our own lists, and
measured on the other half, which nobody looked at: `docs/quality/names.md`, `python -m benchmarks.names`. Whoever changes a
rule changes what people are found by: stored keys are computed anew with `mazdoor db rekey`.
"""

from mazdoor.kernel.names.parts import NO_NAME, Lineage, Name, analyse_name, split_lineage, word_sound
from mazdoor.kernel.names.roman import fold_roman, roman_sound
from mazdoor.kernel.names.urdu import is_urdu, normalise_urdu, urdu_sound

__all__ = [
    "NO_NAME",
    "Lineage",
    "Name",
    "analyse_name",
    "fold_roman",
    "is_urdu",
    "normalise_urdu",
    "roman_sound",
    "split_lineage",
    "urdu_sound",
    "word_sound",
]
