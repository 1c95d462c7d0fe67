"""How many stand at each link of the chain, counted through the read views of the rooms.

One short statement for each link; row-level security narrows each to the areas of whoever asks.
"""

from typing import Final

from django.db import connection

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.web.chain import Standing

# link → SQL giving (have come this far, wait for a person)
COUNTS: Final[dict[str, str]] = {
    "registration": "SELECT count(*), 0 FROM registration.person_now",
    "verification": """
        SELECT count(*) FILTER (WHERE outcome = 'match'), (SELECT count(*) FROM verification.queue)
        FROM verification.identity_now
    """,
    "accounts": """
        SELECT (SELECT count(*) FROM accounts.live_account),
               (SELECT count(*) FROM accounts.request WHERE state = 'refused')
    """,
    "wages": "SELECT count(*), (SELECT count(DISTINCT person_id) FROM wages.shortfall_now) FROM wages.wage_record",
    "contributions": "SELECT count(*), 0 FROM contributions.statement",
    "assessment": "SELECT count(*), count(*) FILTER (WHERE eligible IS NULL) FROM assessment.assessment",
    "enrolment": "SELECT count(*), count(*) FILTER (WHERE state = 'suspended') FROM enrolment.enrolment_now",
    "payments": """
        SELECT (SELECT count(*) FROM payments.instruction_now),
               (SELECT count(*) FROM payments.payroll_now WHERE state IN ('drafted', 'prepared', 'approved'))
    """,
    "reconciliation": """
        SELECT (SELECT count(*) FROM payments.instruction_now WHERE state = 'settled'),
               (SELECT count(*) FROM reconciliation.exception_open)
    """,
    # an indicator is about groups and open to all; here each officer's own districts are added up
    "reporting": """
        SELECT coalesce(sum(value), 0)::bigint, 0 FROM reporting.indicator
        WHERE run_id = (SELECT max(run_id) FROM reporting.indicator) AND measure = 'registered_persons'
          AND breakdown = 'district' AND access_sees(area_code)
    """,
}


def count_all() -> dict[str, Standing]:
    """Every link's standing, fresh from the database."""
    found = {}
    with connection.cursor() as cursor:
        for link, sql in COUNTS.items():
            cursor.execute(sql)
            reached, waiting = cursor.fetchone()
            found[link] = Standing(reached, waiting)
    run = deduplication.last_run()
    compared = min(run["records"], found["registration"].reached) if run else 0
    found["deduplication"] = Standing(compared, deduplication.count_open())
    return found
