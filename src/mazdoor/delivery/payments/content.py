"""The content of a payroll as one hash: every entitlement it made and every instruction it gives, in order.

Hashed in chunks of 65,536 numbers, then over the chunks' hashes, so a payroll of any size needs little memory.
"""

from __future__ import annotations

from django.db import connection

from mazdoor.delivery.payments import refusals
from mazdoor.delivery.payments.models import Payroll

_CONTENT = """
WITH chunk AS (
    SELECT 1 AS part, id / 65536 AS number, sha256(convert_to(string_agg(concat_ws('|',
        id, enrolment_id, person_id, canonical_person_id, base_amount, arrears_amount, supplement_amount,
        recovery_amount, amount), E'\\n' ORDER BY id), 'UTF8')) AS hash
    FROM payments_entitlement WHERE payroll_id = %(payroll)s GROUP BY id / 65536
    UNION ALL
    SELECT 2, id / 65536, sha256(convert_to(string_agg(concat_ws('|',
        id, entitlement_id, file_id, account_id, amount, attempt), E'\\n' ORDER BY id), 'UTF8'))
    FROM payments_paymentinstruction
    WHERE payroll_id = %(payroll)s AND id BETWEEN
        (SELECT min(first_instruction_id) FROM payments_paymentfile WHERE payroll_id = %(payroll)s)
        AND (SELECT max(last_instruction_id) FROM payments_paymentfile WHERE payroll_id = %(payroll)s)
    GROUP BY id / 65536
)
SELECT sha256(%(payroll)s::text::bytea || coalesce(string_agg(hash, ''::bytea ORDER BY part, number), ''::bytea))
FROM chunk
"""


def content_hash(*, payroll_id: int) -> bytes:
    """32 bytes over the payroll's entitlements and instructions as they are now. Must see every area."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT, {"payroll": payroll_id})
        return bytes(cursor.fetchone()[0])


def check_content(payroll: Payroll) -> None:
    """Refuse (PAY-008) a payroll whose content is not what was frozen when it was prepared."""
    if payroll.content_hash is None or content_hash(payroll_id=payroll.pk) != bytes(payroll.content_hash):
        raise refusals.CONTENT_CHANGED.because(payroll=payroll.pk)
