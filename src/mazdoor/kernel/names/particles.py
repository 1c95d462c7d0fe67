"""Words that come with names in Pakistan without telling persons apart, and short forms of names.

Each entry is an attested written form. A *particle* (title, honorific, kin word, the devotional Muhammad before a
man's own name) is set aside when the name has another part left, because registers write it or leave it out at
will. A *short form* stands for a whole name (`Md`, `Mohd`).

The lists are compiled by hand from common usage on Pakistani identity papers; they hold no names of real persons.
"""

from __future__ import annotations

#: Short and irregular written forms of either script -> the spelling whose sound they stand for (folded Roman letters).
SHORT_FORMS: dict[str, str] = {
    "m": "muhammad",
    "md": "muhammad",
    "mohd": "muhammad",
    "muhd": "muhammad",
    "mhd": "muhammad",
    "mohmd": "muhammad",
    "mohamad": "muhammad",
    "gh": "ghulam",
    "ch": "chaudhry",
    "abd": "abdul",
    "abdu": "abdul",
    "sh": "sheikh",
    "ramdan": "ramzan",
    "ramadan": "ramzan",
    "ramadhan": "ramzan",
    "چوہدری": "chaudhry",
    "چوھدری": "chaudhry",
    "چودہری": "chaudhry",
}

#: Particles by the sound (see `roman.roman_sound`) of all their spellings: one entry covers Begum, Begam and Baigum.
PARTICLE_SOUNDS: frozenset[str] = frozenset(
    {
        "MHMD",  # Muhammad, Mohammed, Mohammad (a man's own name usually follows)
        "BBI",  # Bibi
        "BGM",  # Begum
        "KTN",  # Khatoon
        "XK",  # Sheikh, Shaikh
        "CDRI",  # Chaudhry, Choudhary
        "HZI",  # Haji
        "HFZ",  # Hafiz
        "MST",  # Mst.
        "MSMT",  # Musammat
    }
)

#: Particles by folded spelling, where the sound alone would also catch a name (Syed sounds like Saeed).
PARTICLE_SPELLINGS: frozenset[str] = frozenset(
    {
        "syed", "sayed", "syeda", "sayyed", "sayyid", "sayeda",
        "mian", "miyan", "mai", "mr", "mrs", "ms", "miss", "dr", "late", "alhaj",
        "bin", "bint", "ibn", "wald", "s/o", "d/o", "w/o",
        "سید", "سیدہ", "میاں", "مائی", "بن", "بنت", "ابن", "ولد", "مرحوم",
    }
)  # fmt: skip

#: The Arabic article standing alone between two halves of one name (Inam ul Haq).
ARTICLES: frozenset[str] = frozenset(
    {"ul", "ur", "ud", "us", "un", "uz", "al", "el", "ar", "ad", "as", "az", "an", "ush", "ال"}
)
