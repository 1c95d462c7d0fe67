"""Tables of the ledger. Amounts are whole paisa; totals are numeric, so no sum of amounts can overflow.

``Entry`` is partitioned by month of posting and has no index but two block-range ones: entries arrive in the order of
their posting and, inside a posting, of their subject, so twelve million of them cost little to write and one subject's
entries are still found in milliseconds.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class AccountKind(models.TextChoices):
    """What an account stands for. Assets and expenses grow by debits, liabilities and incomes by credits."""

    ASSET = "asset", "Asset"
    LIABILITY = "liability", "Liability"
    INCOME = "income", "Income"
    EXPENSE = "expense", "Expense"


class Account(models.Model):
    """One account. ``role`` says what it is for (``in_flight``, ``bank`` …); programme and bank are its dimensions."""

    code = models.CharField(max_length=120)
    kind = models.CharField(max_length=9, choices=AccountKind.choices)
    role = models.CharField(max_length=24)
    programme_code = models.CharField(max_length=60, db_default="")
    bank_code = models.CharField(max_length=8, db_default="")
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="account_code"),
            models.UniqueConstraint(fields=["role", "programme_code", "bank_code"], name="account_role_and_dimensions"),
            models.CheckConstraint(condition=models.Q(kind__in=AccountKind.values), name="account_kind"),
        ]

    def __str__(self) -> str:
        return self.code


class Posting(models.Model):
    """One act in the books. ``key`` makes it happen once; ``fingerprint`` tells a repeat from a different act."""

    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=120)
    occurred_on = models.DateField()
    fingerprint = models.BinaryField(max_length=32)
    posted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="posting_key")]

    def __str__(self) -> str:
        return self.key


class PostingTotal(models.Model):
    """What a posting moves between two accounts: number of entries and paisa. Compared with the entries at commit."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="totals", db_index=False)
    debit_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    credit_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    entry_count = models.BigIntegerField()
    total_amount = models.DecimalField(max_digits=38, decimal_places=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "debit_account", "credit_account"], name="posting_total_one_per_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id}: {self.entry_count}"


class Entry(models.Model):
    """``amount`` paisa debited to one account and credited to another, for one subject.

    ``subject_id`` is whose money it is (an entitlement), ``reference_id`` the paper that moved it (an instruction);
    both are numbers of rows in the room that posts, NULL where an entry is about no one in particular.
    No foreign keys on this table: twelve million row-by-row look-ups would double its time, and the doors join anyway.
    """

    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
    month = models.DateField()
    debit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    credit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    amount = models.BigIntegerField()
    subject_id = models.BigIntegerField(null=True)
    reference_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="entry_amount_positive"),
            models.CheckConstraint(
                condition=~models.Q(debit_account=models.F("credit_account")), name="entry_two_accounts"
            ),
        ]

    def __str__(self) -> str:
        return f"entry of posting {self.posting_id}"
