"""Reconciliation: did it arrive?

:Question: did the money arrive?
:Takes: the banks' status reports and account statements, as files, in any order, late, twice or wrong
:Gives: a ``Settlement`` or a ``Return`` for each instruction, a ``ReconciliationException`` for a person wherever
    something cannot be placed, suspense for money we do not know, and books that equal the bank's
:States: of an instruction: see payments. Of an exception: open → resolved. Of a message: it is imported once

The same file twice changes nothing; the same line in two files is one line; one rotten line never stops a file.
"""
