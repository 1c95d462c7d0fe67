"""The ledger: accounts, entries, balances, in double entry.

:Question: where is every paisa, and by which act did it come there?
:Takes: entries, each of which moves an amount from one account to another, so it cannot be out of balance
:Gives: balances, and for every entitlement the entries that carried its amount from term to term
:States: none. An entry is written once. The database refuses to change or remove it; a mistake is put right by a
    further entry

One row of ``Entry`` is both halves of a classical entry (*debit* this account, *credit* that one, one amount); the view
``ledger.line`` shows the halves as two signed lines for whoever reads books that way. A ``Posting`` is one act (a
payroll entitled, a file sent, a statement booked) with a key that makes it happen once; its ``PostingTotal`` rows say
how many entries it has between which accounts and how much they move, and the database compares that with the entries
themselves before it lets the act be committed.
"""
