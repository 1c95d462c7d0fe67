"""The bank's books."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS banks (
  bank_code TEXT PRIMARY KEY, payer_iban TEXT NOT NULL, funding INTEGER NOT NULL, balance INTEGER NOT NULL,
  day INTEGER NOT NULL, first_date TEXT NOT NULL, next_account INTEGER NOT NULL, booked_balance INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts (
  bank_code TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, iban TEXT UNIQUE, cnic TEXT NOT NULL,
  name TEXT NOT NULL, mobile TEXT, product TEXT NOT NULL, balance INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (bank_code, key)
);
CREATE UNIQUE INDEX IF NOT EXISTS one_account_per_holder ON accounts (bank_code, cnic, product)
  WHERE state IN ('opened', 'pending');
CREATE TABLE IF NOT EXISTS files (
  bank_code TEXT NOT NULL, message_id TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,
  transactions INTEGER NOT NULL, control_sum INTEGER NOT NULL, received_at TEXT NOT NULL,
  PRIMARY KEY (bank_code, message_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payments (
  id INTEGER PRIMARY KEY, bank_code TEXT NOT NULL, message_id TEXT NOT NULL, batch_id TEXT NOT NULL,
  instruction_id TEXT NOT NULL, end_to_end_id TEXT NOT NULL, uetr TEXT, amount INTEGER NOT NULL,
  creditor_iban TEXT NOT NULL, duplicate INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, reason TEXT,
  first_status TEXT NOT NULL, later_status TEXT, later_day INTEGER, due_day INTEGER, return_reason TEXT
);
CREATE INDEX IF NOT EXISTS payments_of_file ON payments (bank_code, message_id, id);
CREATE UNIQUE INDEX IF NOT EXISTS one_payment_per_end_to_end ON payments (bank_code, end_to_end_id)
  WHERE duplicate = 0;
CREATE UNIQUE INDEX IF NOT EXISTS one_payment_per_instruction ON payments (bank_code, instruction_id)
  WHERE duplicate = 0;
CREATE INDEX IF NOT EXISTS payments_due ON payments (bank_code, due_day) WHERE due_day IS NOT NULL;
CREATE TABLE IF NOT EXISTS reports (
  bank_code TEXT NOT NULL, message_id TEXT NOT NULL, number INTEGER NOT NULL, covers_day INTEGER,
  created_at TEXT NOT NULL,
  PRIMARY KEY (bank_code, message_id, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
  id INTEGER PRIMARY KEY, bank_code TEXT NOT NULL, payment INTEGER, kind TEXT NOT NULL, amount INTEGER NOT NULL,
  due_day INTEGER NOT NULL, repeat_day INTEGER, statement INTEGER, repeated_in INTEGER, note TEXT
);
CREATE INDEX IF NOT EXISTS entries_waiting ON entries (bank_code, due_day) WHERE statement IS NULL;
CREATE INDEX IF NOT EXISTS entries_to_repeat ON entries (bank_code, repeat_day)
  WHERE repeat_day IS NOT NULL AND repeated_in IS NULL;
CREATE INDEX IF NOT EXISTS entries_told ON entries (bank_code, statement);
CREATE INDEX IF NOT EXISTS entries_told_again ON entries (bank_code, repeated_in) WHERE repeated_in IS NOT NULL;
CREATE TABLE IF NOT EXISTS statements (
  bank_code TEXT NOT NULL, number INTEGER NOT NULL, day INTEGER NOT NULL, opening INTEGER NOT NULL,
  closing INTEGER NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (bank_code, number)
) WITHOUT ROWID;
"""
"""Amounts are whole paisa.

- ``payments.state``: ``held`` (accepted, not settled, for ever unless released), ``late`` (settles on ``due_day``),
  ``settled`` (may carry a ``due_day`` on which it comes back), ``returned``, ``rejected``.
- ``payments.first_status``, ``later_status``: what status reports say of it, at once and from ``later_day`` on.
- ``entries.kind``: ``debit`` (we paid a creditor), ``return`` (it came back), ``unknown`` (somebody credited the
  payer's account with a reference that is not the payer's).
- ``banks.balance`` is the truth; ``booked_balance`` is what the last statement closed with.
"""
