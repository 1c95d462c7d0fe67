"""Asking banks, and keeping what they answer. A batch goes to one bank and is one transaction.

1. Take up to ``limit`` due requests of one bank and one state, locked, passing over those in other hands.
2. ``waiting``: ask the bank to open. ``unknown`` and ``pending``: ask how they stand, which only reads.
3. Keep the answers. No answer to an opening leaves the request ``unknown``; the next question is what was done.
   The key never changes, so after a kill in the middle the same question finds the same account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from mazdoor.database.bulk import staged
from mazdoor.database.keys import keyring
from mazdoor.delivery.accounts.models import key_of
from mazdoor.delivery.accounts.ports import AccountProvider, OpeningAnswer, OpeningRequest, ProviderUnansweredError
from mazdoor.delivery.accounts.services import check_iban
from mazdoor.delivery.accounts.states import RequestState
from mazdoor.delivery.registration import selectors as registration
from mazdoor.journal import services as journal
from mazdoor.kernel.refusals import Refusal

LONGEST_PAUSE_SECONDS = 3600
PRODUCT = "asaan"
"""The simplified account every adult with a CNIC may open (State Bank of Pakistan, BPRD Circular 11 of 2015)."""

_ORDER = (RequestState.UNKNOWN, RequestState.WAITING, RequestState.PENDING)
"""What nobody knows is asked first."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one batch did: requests taken, and how they stand now."""

    taken: int = 0
    opened: int = 0
    refused: int = 0
    pending: int = 0
    unknown: int = 0
    withdrawn: int = 0

    @property
    def news(self) -> int:
        """Requests that ended."""
        return self.opened + self.refused + self.withdrawn


def open_accounts(*, provider: AccountProvider, limit: int = 1000) -> Batch:
    """Take the next batch of due requests to their bank. An empty batch means nothing is due."""
    with transaction.atomic():
        for state in _ORDER:
            bank_code, taken = _take(state, limit)
            if taken:
                batch = _carry(provider, state, bank_code, taken)
                journal.record(
                    act="accounts.bank.asked",
                    subject=f"bank:{bank_code}",
                    details={
                        "from": state.value, "opened": batch.opened, "refused": batch.refused,
                        "pending": batch.pending, "unknown": batch.unknown, "withdrawn": batch.withdrawn,
                    },
                    count=batch.taken,
                )  # fmt: skip
                return batch
    return Batch()


def _take(state: RequestState, limit: int) -> tuple[str, dict[int, int]]:
    """A bank, and request → person of its requests that are due, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bank_code FROM accounts_accountrequest WHERE state = %s AND next_at <= clock_timestamp() "
            "ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
            [state],
        )
        found = cursor.fetchone()
        if found is None:
            return "", {}
        cursor.execute(
            "SELECT id, person_id FROM accounts_accountrequest "
            "WHERE state = %s AND bank_code = %s AND next_at <= clock_timestamp() "
            "ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [state, found[0], limit],
        )
        return str(found[0]), {int(request): int(person) for request, person in cursor.fetchall()}


def _carry(provider: AccountProvider, state: RequestState, bank_code: str, taken: dict[int, int]) -> Batch:
    withdrawn: list[int] = []
    try:
        if state is RequestState.WAITING:
            requests, withdrawn = _requests(taken)
            answers = provider.open_accounts(bank_code=bank_code, requests=requests) if requests else []
        else:
            answers = provider.look_up(bank_code=bank_code, keys=[key_of(request) for request in taken])
    except ProviderUnansweredError:
        answers = []
    standing = _understood(answers, bank_code, taken)
    _keep(standing)
    _move(withdrawn, RequestState.WITHDRAWN)
    silent = sorted(set(taken) - set(standing) - set(withdrawn))
    _ask_later(silent, RequestState.UNKNOWN if state is RequestState.WAITING else state)
    return Batch(
        taken=len(taken),
        opened=sum(answer.standing == "opened" for answer in standing.values()),
        refused=sum(answer.standing == "refused" for answer in standing.values()),
        pending=sum(answer.standing == "pending" for answer in standing.values()),
        unknown=len(silent),
        withdrawn=len(withdrawn),
    )


def _requests(taken: dict[int, int]) -> tuple[list[OpeningRequest], list[int]]:
    """What to ask of the bank; and requests of people who have no CNIC any more."""
    identities = {row.person_id: row for row in registration.get_identities(person_ids=sorted(set(taken.values())))}
    requests, without = [], []
    for request_id, person_id in taken.items():
        identity = identities.get(person_id)
        if identity is None:
            without.append(request_id)
            continue
        name = f"{identity.given_name} {identity.surname}".strip()
        requests.append(OpeningRequest(key_of(request_id), name or identity.father_name, identity.cnic, PRODUCT))
    return requests, without


def _understood(answers: Sequence[OpeningAnswer], bank_code: str, taken: dict[int, int]) -> dict[int, OpeningAnswer]:
    """Request → answer. An IBAN that is wrong or of another bank is a refusal nobody is paid on."""
    by_key = {key_of(request): request for request in taken}
    understood: dict[int, OpeningAnswer] = {}
    for answer in answers:
        request = by_key.get(answer.key)
        if request is None:
            continue
        if answer.standing == "opened":
            try:
                number = check_iban(answer.iban)
            except Refusal:
                number = ""
            if number[4:8] != bank_code:
                answer = answer._replace(standing="refused", iban="", reason="iban_invalid")
        understood[request] = answer
    return understood


_STANDING = {
    "request_id": "bigint",
    "standing": "text",
    "reason": "text",
    "iban_encrypted": "bytea",
    "iban_index": "bytea",
    "iban_last4": "text",
}

# Two people cannot hold one account, nor a person two: whoever comes second is refused here, whatever the bank says.
_OPEN = """
INSERT INTO accounts_account
    (person_id, canonical_person_id, purpose, bank_code, iban_encrypted, iban_index, iban_last4, origin, request_id,
     area_code)
SELECT r.person_id, coalesce(m.canonical_person_id, r.person_id), r.purpose, r.bank_code, s.iban_encrypted,
       s.iban_index, s.iban_last4, 'opened', r.id, r.area_code
FROM {standing} s JOIN accounts_accountrequest r ON r.id = s.request_id
LEFT JOIN deduplication.canonical_person m ON m.person_id = r.person_id
WHERE s.standing = 'opened'
ORDER BY r.id
ON CONFLICT DO NOTHING
"""
_SETTLE = """
UPDATE accounts_accountrequest r
SET state = CASE WHEN s.standing <> 'opened' THEN s.standing
                 WHEN EXISTS (SELECT 1 FROM accounts_account a WHERE a.request_id = r.id) THEN 'opened'
                 ELSE 'refused' END,
    reason = CASE WHEN s.standing <> 'opened' THEN s.reason
                  WHEN EXISTS (SELECT 1 FROM accounts_account a WHERE a.request_id = r.id) THEN ''
                  ELSE 'account_taken' END,
    attempts = least(r.attempts + 1, 1000),
    ended_at = CASE WHEN s.standing IN ('opened', 'refused') THEN clock_timestamp() END,
    next_at = clock_timestamp() + make_interval(secs => CASE s.standing WHEN 'pending' THEN 2 ELSE 0 END)
FROM {standing} s
WHERE r.id = s.request_id
"""


def _keep(standing: dict[int, OpeningAnswer]) -> None:
    """Write the answers: accounts for the opened, and how each request stands. ``unheard`` waits again."""
    if not standing:
        return
    ring = keyring()
    rows = []
    for request, answer in standing.items():
        opened = answer.standing == "opened"
        number = check_iban(answer.iban) if opened else ""
        rows.append(
            (
                request,
                "waiting" if answer.standing == "unheard" else answer.standing,
                answer.reason[:40],
                ring.seal(number, purpose="iban") if opened else None,
                ring.index(number, purpose="iban") if opened else None,
                number[-4:],
            )
        )
    with staged(_STANDING, rows) as table, connection.cursor() as cursor:
        cursor.execute(_OPEN.format(standing=table))
        cursor.execute(_SETTLE.format(standing=table))


def _move(requests: Sequence[int], state: RequestState) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_accountrequest SET state = %s, ended_at = clock_timestamp() WHERE id = ANY (%s)",
            [state, list(requests)],
        )


def _ask_later(requests: Sequence[int], state: RequestState) -> None:
    """Nothing is known of these: keep them so, and ask after 1, 2, 4… seconds, at most an hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_accountrequest SET state = %s, attempts = least(attempts + 1, 1000), "
            "next_at = clock_timestamp() + make_interval(secs => least(2 ^ least(attempts, 12), %s)) "
            "WHERE id = ANY (%s)",
            [state, LONGEST_PAUSE_SECONDS, list(requests)],
        )
