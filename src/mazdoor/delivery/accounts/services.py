"""Doors into accounts: ask banks to open accounts for the verified, link one a person already has, close one.

Callers have said who acts. Bulk doors are a few set-based statements. Whose account it is follows the canonical person:
a person merged into another asks for nothing of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.utils import timezone
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from mazdoor.access import selectors as access
from mazdoor.database.bulk import staged
from mazdoor.database.keys import keyring
from mazdoor.delivery.accounts import refusals
from mazdoor.delivery.accounts.models import Account
from mazdoor.delivery.accounts.states import ACCOUNT_MOVES, AccountState
from mazdoor.journal import services as journal

BENEFITS = "benefits"
"""The purpose payments pay into."""

ANYWHERE = "*"

# The bank that is asked is the next of the person's province which has not refused them yet.
_REQUEST = """
INSERT INTO accounts_accountrequest (person_id, canonical_person_id, purpose, bank_code, area_code)
SELECT p.person_id, p.person_id, %(purpose)s, b.bank_code, p.area_code
FROM registration.person_now p
JOIN verification.identity_now i ON i.person_id = p.person_id AND i.outcome = 'match'
JOIN registration.consent_now c ON c.person_id = p.person_id AND 'account' = ANY (c.purposes)
LEFT JOIN deduplication.canonical_person m ON m.person_id = p.person_id
CROSS JOIN LATERAL (
    SELECT bank_code FROM {banks} known
    WHERE known.province = CASE WHEN EXISTS (SELECT 1 FROM {banks} own WHERE own.province = p.province_code)
                                THEN p.province_code ELSE %(anywhere)s END
      AND NOT EXISTS (SELECT 1 FROM accounts_accountrequest r
                      WHERE r.canonical_person_id = p.person_id AND r.purpose = %(purpose)s
                        AND r.bank_code = known.bank_code AND r.state = 'refused')
    ORDER BY known.place LIMIT 1
) b
WHERE coalesce(m.canonical_person_id, p.person_id) = p.person_id
  AND p.died_on IS NULL
  AND (%(people)s::bigint[] IS NULL OR p.person_id = ANY (%(people)s::bigint[]))
  AND NOT EXISTS (SELECT 1 FROM accounts_account a
                  WHERE a.canonical_person_id = p.person_id AND a.purpose = %(purpose)s AND a.state = 'opened')
ORDER BY p.person_id
ON CONFLICT DO NOTHING
"""


def request_accounts(
    *,
    banks: Mapping[str, Sequence[str]],
    purpose: str = BENEFITS,
    person_ids: Sequence[int] | None = None,
) -> int:
    """Queue a request for an account for each verified person who agreed and has none under way or live for the purpose.

    ``banks`` maps a province's P-code (or ``*`` for the rest) to the banks to ask there, in order: a person refused by
    the first is asked for at the second by the next call. Returns how many are new.
    """
    rows = [(province, place, code) for province, codes in banks.items() for place, code in enumerate(codes)]
    with (
        transaction.atomic(),
        staged({"province": "text", "place": "integer", "bank_code": "text"}, rows) as known,
        connection.cursor() as cursor,
    ):
        cursor.execute(
            _REQUEST.format(banks=known),
            {
                "purpose": purpose,
                "anywhere": ANYWHERE,
                "people": None if person_ids is None else list(person_ids),
            },
        )
        new = int(cursor.rowcount)
        if new:
            journal.record(act="accounts.requested", subject="accounts", details={"purpose": purpose}, count=new)
    return new


def link_account(*, person_id: int, iban: str, purpose: str = BENEFITS) -> int:
    """Link an account a verified person already has in their own name. Returns its number.

    Refuses ACNT-001 to ACNT-005, ACNT-007, and OFF-002 at a desk that may not.
    """
    number = check_iban(iban)
    access.check_acting_may("accounts.request")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.area_code, coalesce(m.canonical_person_id, p.person_id), i.outcome = 'match', "
            "EXISTS (SELECT 1 FROM registration.consent_now c WHERE c.person_id = p.person_id "
            "AND 'account' = ANY (c.purposes)) "
            "FROM registration.person_now p LEFT JOIN verification.identity_now i USING (person_id) "
            "LEFT JOIN deduplication.canonical_person m USING (person_id) WHERE p.person_id = %s",
            [person_id],
        )
        row = cursor.fetchone()
        if row is None:
            raise refusals.ACCOUNT_UNKNOWN.because()
        area_code, canonical, verified, agreed = row
        if not verified:
            raise refusals.NOT_VERIFIED.because()
        if not agreed:
            raise refusals.NO_CONSENT.because()
        ring = keyring()
        index = ring.index(number, purpose="iban")
        # Both constraints stand behind these questions; a race ends in the database's refusal, not in two accounts.
        live = Account.objects.filter(purpose=purpose, state=AccountState.OPENED)
        if live.filter(canonical_person_id=canonical).exists():
            raise refusals.HAS_ACCOUNT.because()
        if live.filter(iban_index=index).exists():
            raise refusals.SOMEBODY_ELSES.because()
        account = Account.objects.create(
            person_id=person_id,
            canonical_person_id=canonical,
            purpose=purpose,
            bank_code=number[4:8],
            iban_encrypted=ring.seal(number, purpose="iban"),
            iban_index=index,
            iban_last4=number[-4:],
            origin=Account.Origin.LINKED,
            officer_id=access.current_officer_id(),
            area_code=area_code,
        )
        cursor.execute(
            "UPDATE accounts_accountrequest SET state = 'withdrawn', ended_at = clock_timestamp() "
            "WHERE canonical_person_id = %s AND purpose = %s AND state = 'waiting'",
            [canonical, purpose],
        )
        journal.record(
            act="accounts.account.linked",
            subject=f"account:{account.pk}",
            details={"purpose": purpose, "bank": account.bank_code},
        )
    return int(account.pk)


def close_account(*, account_id: int, reason: str) -> None:
    """Close a live account: nothing more is paid into it. ``reason`` is a short code. Refuses ACNT-005, ACNT-006."""
    if not reason.strip():
        raise refusals.REASON_NEEDED.because()
    access.check_acting_may("accounts.request")
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(pk=account_id).first()
        if account is None or AccountState.CLOSED not in ACCOUNT_MOVES[AccountState(account.state)]:
            raise refusals.ACCOUNT_UNKNOWN.because()
        account.state = AccountState.CLOSED
        account.closed_at = timezone.now()
        account.closed_reason = reason.strip()[:40]
        account.save(update_fields=["state", "closed_at", "closed_reason"])
        journal.record(
            act="accounts.account.closed", subject=f"account:{account_id}", details={"reason": account.closed_reason}
        )


def check_iban(text: str) -> str:
    """The IBAN without spaces, in capitals. Refuses ACNT-001 unless it is Pakistani and its check digits are right."""
    try:
        number = IBAN(text)
    except SchwiftyException as error:
        raise refusals.IBAN_INVALID.because() from error
    if number.country_code != "PK":
        raise refusals.IBAN_INVALID.because()
    return str(number)
