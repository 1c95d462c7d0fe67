"""A register of SIM cards that does not exist.

``POST /owners`` ``{records: [{reference, cnic, mobile}]}`` → for each ``registered`` ``yes``, ``no`` or ``not_in_use``;
``POST /admin/sims`` ``{sims: [{mobile, cnic}]}`` writes into its book. Besides what any request can meet, ``answer.twice`` gives an
answer twice, ``answer.missing`` leaves one out.
"""
