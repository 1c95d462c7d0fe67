"""The specification of the language, as data: for each operator what it means and a table of facts → expectation.

*Question:* what does each operator mean, to the last place, of nulls, boundaries and faults? *Takes:* nothing but the YAML files in
this folder. *Gives:* the tables (:func:`chapters`), all of them made runnable on any engine at once (:func:`make_trial`), and
what they cover (:mod:`coverage`). They ship with the package because they define the language: whoever writes another engine
proves it on them, our tests run them on each of ours, and the manual (``docs/rules/language.md``) is printed from them.
"""

from mazdoor.rules.spec.reading import Chapter, Operator, Refused, Table, chapters, vocabulary
from mazdoor.rules.spec.trying import Expected, Stops, Trial, make_trial

__all__ = [
    "Chapter",
    "Expected",
    "Operator",
    "Refused",
    "Stops",
    "Table",
    "Trial",
    "chapters",
    "make_trial",
    "vocabulary",
]
