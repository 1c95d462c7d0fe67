"""Populations on which linkage is measured: people in families, some of them recorded twice, with the truth beside them.

Question: which of these records are one person?
Takes:    a number of persons, a seed, and what is in play (card numbers, Urdu script, harder errors).
Gives:    one Parquet file, a record a row, with `person_no` as truth (equal = one person). One door: `write_linkage`.

Smaller and faster than the whole country of `synth.generate` (no work, wages or contributions), and its rates are those of
the technical notes (`linkage_errors.yaml`), so that figures can be set beside the ones measured there. Spellings come from
`name_variants.csv`, of which the half marked `held_back` is used for measuring only; the other half may be tuned on.
Nothing is shared with what has to find the duplicates: neither `matching` nor `kernel.names`.
"""

from mazdoor.synth.linkage.writing import LinkageOrder, LinkageWritten, write_linkage

__all__ = ["LinkageOrder", "LinkageWritten", "write_linkage"]
