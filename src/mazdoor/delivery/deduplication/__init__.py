"""Deduplication: one person or two?

Takes   the register as it stands (names, dates, blind indexes; never a CNIC in clear), compares it by
        `mazdoor.matching`, and an officer's look at two records side by side.
Gives   MatchedPair with the weight of each field, the decision on it, a reversible Merge, and the canonical-person map:
        who stands for whom; households registered twice; labels for training (`selectors.clerical_labels`).
States  a pair is queued until a person decides (proposed, where two must): same, different, cannot tell, or fraud. A merge
        is live until undone. An acceptance of many pairs: sampling, bounded or refused, confirmed, undone.

Nothing merges by itself, however heavy the pair. A merge moves no rows: both records stay as they were, the map says
which one stands for both, and rooms that hold something keyed on the canonical person take part in the merge and in
its undoing, inside the same transaction (`services.register_participant`). Pairs that hang together are decided as one
cluster; the limits of deciding are dated data (`limits.yaml`).
"""
