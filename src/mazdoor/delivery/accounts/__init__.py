"""Accounts: where shall money go?

Takes   a verified person who agreed, a purpose, and banks to ask; or an account the person already has.
Gives   an account in the person's own name, opened at a bank or linked, known here sealed and by its last four letters:
        the account mapper.
States  a request waits, is asked (its answer may stay unknown or pending), and ends opened, refused or withdrawn; an
        account is opened until it is closed.

One live account for each canonical person and purpose, and one person for each live account. A bank that does not
answer is asked what it did, under the same key; it is never asked for a second account.
"""
