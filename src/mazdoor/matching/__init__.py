"""Is it the same person? Match keys, the comparison of two records, and linkage in bulk.

- question: which of these records may be one person, and how sure are we, field by field?
- takes: names in Urdu or Roman letters, birth date, sex, district, keyed hashes of phone and CNIC (never the numbers)
- gives: for one person `match_keys` and `compare` (the counter), for a register `link` (a file of weighed pairs)
- never: decides, merges, or sees a CNIC in clear. No Django, no database server

`keys` (which pairs to compare) · `comparison` (levels of likeness, in SQL and Python) · `model` (the numbers, and the weight
of one pair) · `explaining` (a pair in words) · `thresholds` (where to draw lines, from costs) · `prepare`, `blocking`, `chance`,
`training`, `scoring`, `priors`, `linkage` (the same in bulk, with Splink) · `engines`, `spark` (what grows with the pairs, on
DuckDB or Spark) · `files` (any file of people) · `occupations` (work in people's own words). What spellings of a name share is
known by `mazdoor.kernel.names`.
"""

from mazdoor.kernel.names import Name, analyse_name
from mazdoor.matching.comparison import Features, features
from mazdoor.matching.keys import match_keys
from mazdoor.matching.linkage import LinkResult, LinkSettings, link
from mazdoor.matching.model import FieldWeight, Model, Score, compare

__all__ = [
    "Features",
    "FieldWeight",
    "LinkResult",
    "LinkSettings",
    "Model",
    "Name",
    "Score",
    "analyse_name",
    "compare",
    "features",
    "link",
    "match_keys",
]
