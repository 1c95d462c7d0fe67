"""Payments: who is owed what in this cycle, and the files that tell the banks to pay it.

:Question: who is owed what in this cycle?
:Takes: enrolments that are ``enrolled`` in the cycle, arrears, supplements and recoveries, live accounts
:Gives: one ``Entitlement`` for each beneficiary, programme and cycle; a ``Payroll`` three different persons have
    prepared, approved and released; a ``PaymentInstruction`` for each payment; a ``PaymentFile`` for each bank
:States: of a payroll: drafted → prepared → approved → released → closed, or rejected before release.
    Of a file: planned → written → sending → sent, or unknown, refused, cancelled.
    Of an instruction: created → filed → sent or unknown → accepted → settled, or returned, rejected, cancelled.
    An entitlement is at every moment in exactly one of: not yet instructed, in flight, settled, returned, cancelled.

The first half of an instruction's life is its file's: nobody rewrites twelve million rows to say that one file was sent.
``states.py`` has all the tables; ``services`` is the door in, ``selectors`` the door out; ``conservation`` adds every
term up by a query of its own, from these tables and once more from the ledger.
"""
