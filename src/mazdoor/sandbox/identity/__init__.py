"""An identity authority that does not exist: who holds which CNIC, who lives, who is whose family, and what other
government registers say of them.

Its wire:

- ``POST /verify`` ``{records: [{reference, cnic, name, father_name, birth_date}]}`` → for each ``match`` (with the
  family's key and the person's place in it), ``no_match`` (with the *names* of the fields that differ, and under ``held``
  what the book has of them) or ``deceased``; every answer of a batch stands under one ``transaction``;
- ``POST /living`` ``{records: [{reference, cnic}]}`` → ``living``, ``deceased`` (with the day) or ``unknown``;
- ``POST /family`` ``{records: [{reference, cnic}]}`` → ``known`` with the family's members (CNIC and place), or ``unknown``;
- ``POST /profile`` ``{records: [{reference, cnic}]}`` → the flags of other registers, or ``unknown``;
- ``POST /admin/citizens`` ``{citizens: […]}`` writes people into its book by hand.

Its book is loaded from a synthetic population (``--population DIR``), without the planted duplicate registrations:
those are no citizens. With ``--refuse-everybody`` nobody matches; with ``--strict-spelling`` every letter of a name counts.
Besides what any request can meet, ``answer.twice`` gives an answer twice in one batch and ``answer.missing`` leaves one out.
"""
