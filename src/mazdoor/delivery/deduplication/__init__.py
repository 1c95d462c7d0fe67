"""Deduplication: one person or two?

Takes   the register as it stands (names, dates, blind indexes; never a CNIC in clear), compares it by
        `mazdoor.matching`, and an officer's look at two records side by side.
Gives   MatchedPair with the weight of each field, the decision on it, a reversible Merge, and the canonical-person map:
        who stands for whom.
States  a pair is queued until a person decides: same, different, cannot tell, or fraud. A merge is live until undone.

Nothing merges by itself, however heavy the pair. A merge moves no rows: both records stay as they were, the map says
which one stands for both, and rooms that hold something keyed on the canonical person take part in the merge and in
its undoing, inside the same transaction (`services.register_participant`).
"""
