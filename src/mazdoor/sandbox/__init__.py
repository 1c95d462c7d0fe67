"""The outside world, for demonstrations and tests: a bank, an identity authority, a tax register, the telephone
companies' register of SIM cards, an SMS gateway, a virus scanner and a welfare system that asks us.

Each is a process of its own, started with ``python -m mazdoor.sandbox.bank`` (or ``.identity``, ``.tax``, ``.phones``,
``.sms``, ``.antivirus``, ``.partner``), which speaks the real wire and keeps its own books in its own folder. The product never
imports this package and this package imports nothing of the product but the kernel, so nothing can pass between them
except over the wire.

They fail on purpose: see :mod:`mazdoor.sandbox.faults`. Everybody in their books is invented.
"""
