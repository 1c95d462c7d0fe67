"""What work is that? Free text in English, Urdu or Roman Urdu becomes ranked ISCO-08 unit groups and ISIC classes.

- question: which codes may be meant by "mistri", "ghar mein kaam", "riksha wala", "راج مستری" or "welder, gas"?
- takes: a few words as people write them, in either script, in any spelling
- gives: `suggest` (occupations), `suggest_industries`, and `suggest_many` for a column of a file; each suggestion with its
  score and the words that spoke for it. An officer confirms: nothing here decides
- never: reads a database, needs a network, or knows whose work it is

`words` (spelling, stems, sounds) · `bayes` (English words → codes) · `phrases` (titles and trades in the local languages)
· `glossary` (local words → English words) · `ranking` (the two together) · `learning` (the table of English words).
How well it does, on titles it never saw: docs/quality/occupations.md.
"""

from mazdoor.matching.occupations.ranking import (
    Coder,
    Suggestion,
    coder,
    suggest,
    suggest_industries,
    suggest_many,
)

__all__ = ["Coder", "Suggestion", "coder", "suggest", "suggest_industries", "suggest_many"]
