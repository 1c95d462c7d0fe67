"""A bank that does not exist (several, in one process): accounts, payment files, status reports, statements.

Its wire, under ``/banks/<bank code>``:

- ``POST /accounts`` one JSON request ``{key, name, cnic, mobile, product}``, ``POST /accounts/batch`` many under
  ``requests``; the same key always gets the same account. Answers ``opened`` (with IBAN), ``refused`` (with reason) or
  ``pending``; ``POST /accounts/lookup`` with ``{keys: […]}`` tells how each stands, and opens what was pending;
- ``POST /payments/files/<message id>`` a pain.001 file → 202; the same file again changes nothing, another file under
  the same id is 409, an instruction or end-to-end id seen before is rejected line by line;
- ``GET /payments/files/<message id>/status`` the numbers of its status reports, ``…/status/<n>`` one pain.002;
- ``GET /statements?after=<n>`` numbers of later statements, ``/statements/<n>`` one camt.053;
- ``GET /books/summary``, ``/books/payments``: the bank's own books, for whoever wants to compare.

A request for statements closes the bank's day, where anything waits to be told; days pass no other way
(``POST /admin/close-day`` does the same by hand).
"""
