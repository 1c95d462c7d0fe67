"""The outside world, for demonstrations and tests: a bank, an identity authority and an SMS gateway.

Each is a process of its own, started with ``python -m mazdoor.sandbox.bank`` (or ``.identity``, ``.sms``), which speaks
the real wire over HTTP and keeps its own books in its own folder. The product never imports this package and this
package imports nothing of the product but the kernel, so nothing can pass between them except over the wire.

They fail on purpose: see :mod:`mazdoor.sandbox.faults`. Everybody in their books is invented.
"""
