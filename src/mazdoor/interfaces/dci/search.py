"""Searches answered: the condition read, counted and paged in SQL, and the page shaped as the standard says.

Each request of a batch is answered on its own; one that cannot be taken is rejected with the standard's reason and its
neighbours are answered. Every request is journalled: who asked, for which purpose, how many were found and given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.db import OperationalError, connection
from psycopg.errors import QueryCanceled

from mazdoor.interfaces.clients import limits
from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.dci import codes, records
from mazdoor.interfaces.dci.criteria import Condition, NotUnderstood, Reader, read_sort
from mazdoor.interfaces.dci.envelope import now_text, read_moment
from mazdoor.interfaces.dci.messages import LONGEST_ID, Criteria, Paging, SearchItem, SearchRequest
from mazdoor.journal.services import record

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

LARGEST_PAGE: Final = 1000
USUAL_PAGE: Final = 50
MOST_FOUND: Final = 100_000
"""A search that finds more is refused: it is a copy of the register, not a question."""
SECONDS: Final = 20
_GROUP: Final = "Group"
_MEMBER: Final = "Member"
_PERSON: Final = "SRPerson"


def answer_search(client: Client, scopes: Collection[str], request: SearchRequest) -> list[dict[str, Any]]:
    """``search_response``: an answer for each request, in their order."""
    seen: set[str] = set()
    answers = []
    for item in request.search_request:
        answers.append(_answer_safely(client, scopes, item, seen))
        seen.add(item.reference_id)
    return answers


def _answer_safely(client: Client, scopes: Collection[str], item: SearchItem, seen: set[str]) -> dict[str, Any]:
    locale = item.locale if item.locale in codes.LOCALES and len(item.locale) == 3 else "eng"
    answer: dict[str, Any] = {"reference_id": item.reference_id, "timestamp": now_text(), "status": "succ"}
    try:
        _check_reference(item, seen)
        purpose = purpose_of(client, item.search_criteria.authorize, item.search_criteria.consent)
        with acting_as_client(client, purpose=purpose):
            answer |= _answer(client, scopes, item.search_criteria, purpose)
    except NotUnderstood as no:
        answer |= {"status": "rjct", "status_reason_code": no.code, "status_reason_message": no.message}
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        answer |= {
            "status": "rjct",
            "status_reason_code": "rjct.search.too_many_records_found",
            "status_reason_message": f"the search took longer than {SECONDS} seconds; narrow it",
        }
    return answer | {"locale": locale}


def _check_reference(item: SearchItem, seen: set[str]) -> None:
    if not 1 <= len(item.reference_id) <= LONGEST_ID:
        raise NotUnderstood(f"reference_id has 1 to {LONGEST_ID} characters", "rjct.reference_id.invalid")
    if item.reference_id in seen:
        raise NotUnderstood("this reference_id came before in the message", "rjct.reference_id.duplicate")
    if read_moment(item.timestamp) is None:
        raise NotUnderstood("timestamp is an ISO 8601 moment with its offset", "rjct.timestamp.invalid")


def purpose_of(client: Client, *said: Mapping[str, Any]) -> str:
    """The purpose people must have agreed to: named in ``authorize`` or ``consent``, else the system's only one."""
    for each in said:
        purpose = each.get("purpose")
        code = purpose.get("code") if isinstance(purpose, Mapping) else None
        if code is not None:
            name = codes.last_part(code) if isinstance(code, str) else ""
            if name not in client.purposes:
                raise NotUnderstood("this system is not registered for this purpose")
            return name
    if len(client.purposes) != 1:
        raise NotUnderstood(f"name one purpose in authorize.purpose.code: {', '.join(client.purposes) or 'none'}")
    return str(client.purposes[0])


def entity_of(criteria_entity: str | None, record_type: str | None) -> str:
    """What is answered with: what ``response_entity`` says, else what the record type says, else members."""
    if criteria_entity:
        return criteria_entity
    name = codes.last_part(record_type or "")
    return name if name in (_GROUP, _PERSON) else _PERSON if name in ("Person", "SR_Person") else _MEMBER


def _answer(client: Client, scopes: Collection[str], criteria: Criteria, purpose: str) -> dict[str, Any]:
    def may(scope: str) -> bool:
        return scope in scopes and scope in client.scopes

    entity = entity_of(criteria.response_entity, criteria.reg_record_type)
    if entity == _GROUP and not may("read.household"):
        raise NotUnderstood("answering with groups needs the scope read.household")
    limits.check_day(client)
    size, number = _paging(criteria.pagination)
    condition = Reader(may).read(criteria.query_type, criteria.query)
    order = read_sort(criteria.sort, may=may)
    total, ids = find(condition, entity=entity, order=order, size=size, offset=(number - 1) * size)
    shown = shape_records(entity, ids, may=may)
    limits.count_use(client, records=len(shown))
    record(
        act="dci.search.answered",
        subject=f"client:{client.code}",
        details={"purpose": purpose, "query_type": criteria.query_type, "entity": entity, "found": total},
        count=len(shown),
    )
    return {
        "data": {
            "version": codes.VERSION,
            "reg_type": codes.REGISTRY_TYPE,
            "reg_record_type": entity,
            "reg_records": shown,
        },
        "pagination": {"page_size": size, "page_number": number, "total_count": total},
    }


def shape_records(entity: str, ids: Sequence[int], *, may: records.May) -> list[dict[str, Any]]:
    """People or households as the standard shapes them."""
    shaper = {_GROUP: records.groups, _PERSON: records.persons}.get(entity, records.members)
    return shaper(ids, may=may)


def _paging(paging: Paging | None) -> tuple[int, int]:
    if paging is None:
        return USUAL_PAGE, 1
    size, number = paging.page_size, paging.page_number
    if size != int(size) or number != int(number) or not 1 <= size <= LARGEST_PAGE or number < 1:
        raise NotUnderstood(f"page_size is 1 to {LARGEST_PAGE}, page_number counts from 1", "rjct.pagination.invalid")
    if number * size > MOST_FOUND + LARGEST_PAGE:
        raise NotUnderstood(f"pages end at record {MOST_FOUND}", "rjct.pagination.invalid")
    return int(size), int(number)


def find(condition: Condition, *, entity: str, order: str, size: int, offset: int) -> tuple[int, list[int]]:
    """(how many match, the numbers of one page). For groups a household matches when one of its shown members does.

    ``condition.sql`` and ``order`` are made of our own words (:mod:`criteria`); what was asked for is in parameters.
    """
    values = list(condition.parameters)
    grouped = entity == _GROUP
    what = "p.household_id" if grouped else "p.person_id"
    matching = f"FROM dci.person p WHERE {condition.sql}" + (" AND p.household_id IS NOT NULL" if grouped else "")
    counted = f"SELECT {'DISTINCT ' if grouped else ''}{what} {matching}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(SECONDS * 1000)])
        cursor.execute(f"SELECT count(*) FROM ({counted} LIMIT %s) AS found", [*values, MOST_FOUND + 1])
        total = int(cursor.fetchone()[0])
        if total > MOST_FOUND:
            raise NotUnderstood(
                f"more than {MOST_FOUND} records match; narrow the search", "rjct.search.too_many_records_found"
            )
        page = (
            f"SELECT number FROM (SELECT DISTINCT ON (p.household_id) p.household_id AS number, "
            f"row_number() OVER (ORDER BY {order}) AS place {matching} ORDER BY p.household_id, place) AS found "
            "ORDER BY place LIMIT %s OFFSET %s"
            if grouped
            else f"SELECT p.person_id {matching} ORDER BY {order} LIMIT %s OFFSET %s"
        )
        cursor.execute(page, [*values, size, offset])
        return total, [int(row[0]) for row in cursor.fetchall()]
