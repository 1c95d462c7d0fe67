"""People who do not exist, at any scale.

Question: what would the registry hold if the country came to it?
Takes:    a number of workers, a seed and a date.
Gives:    Parquet tables (`schema.TABLES`) of households, persons, what other registers say of them, employments,
          businesses, wage records and old-age contributions; and planted truth (`schema.TRUTH`) about duplicates, the
          elite, the underpaid and pensioners. One door: `generate`.
States:   none. The same order gives the same files, part by part.

Nobody here is real: names are drawn from a library, card numbers begin with 0 and phones with 039 (nobody is issued
either; `data/number_ranges.yaml` says why). Every fact used lies in `data/` with its source and how far it was verified.
Parts are stretches of country in order of area code: one part alone is a region, not a sample of the nation.
This room imports neither `matching` nor `rules`, which are tested against it.
"""

from mazdoor.synth.generate import DEFAULT_AS_OF, Manifest, generate

__all__ = ["DEFAULT_AS_OF", "Manifest", "generate"]
