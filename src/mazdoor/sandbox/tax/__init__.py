"""A tax register that does not exist.

``POST /taxpayers`` ``{records: [{reference, owner_cnic, number}]}`` → for each ``status`` ``active``, ``inactive`` (with number and
name) or ``none``; ``POST /admin/taxpayers`` ``{taxpayers: [{cnic, number, name, status}]}`` writes into its book. Besides what any
request can meet, ``answer.twice`` gives an answer twice, ``answer.missing`` leaves one out.
"""
