"""What a message must look like before anybody works on it: the shapes of the standard's requests, as pydantic models.

These hold structure (what is there, and of which type). What a well-formed request asks for in vain is answered within
the standard's answer, request by request, and does not spoil its neighbours.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from mazdoor.interfaces.documents import Malformed

LONGEST_ID: Final = 99
MOST_REQUESTS: Final = 100
LARGEST_BODY: Final = 1_000_000
"""Bytes of one message."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""The standard's pattern asks for three letters (ISO 639-3), its own example ``en`` has two: both are taken."""


class _Shape(BaseModel):
    # Unknown members are allowed: the standard lets implementations extend, and its schemas are open.
    model_config = ConfigDict(strict=True, extra="ignore")


class Header(_Shape):
    """``MsgHeader_V1.0.0``."""

    version: str = "1.0.0"
    message_id: Id
    message_ts: str
    action: str
    sender_id: str
    sender_uri: str | None = None
    receiver_id: str | None = None
    total_count: int
    is_msg_encrypted: bool = False
    meta: dict[str, Any] = Field(default_factory=dict)


class Paging(_Shape):
    """``pagination``: pages count from 1."""

    page_size: int | float
    page_number: int | float = 1


class Criteria(_Shape):
    """``search_criteria``."""

    version: str = "1.0.0"
    reg_type: str | None = None
    reg_record_type: str | None = None
    query_type: Literal["idtype-value", "expression", "predicate"]
    response_entity: Literal["Group", "Member"] | None = None
    query: dict[str, Any] | list[dict[str, Any]]
    sort: list[dict[str, Any]] | None = None
    pagination: Paging | None = None
    consent: dict[str, Any] = Field(default_factory=dict)
    authorize: dict[str, Any] = Field(default_factory=dict)


class SearchItem(_Shape):
    """One request of a search."""

    reference_id: str
    timestamp: str
    search_criteria: Criteria
    locale: Locale | None = None


class SearchRequest(_Shape):
    """The message of ``search``."""

    transaction_id: Id
    search_request: list[SearchItem]


class Frequency(_Shape):
    """When a subscriber wants to be told: a cron expression within a span of time."""

    start_time: str
    end_time: str
    frequency: str


class SubscribeCriteria(_Shape):
    """``subscribe_criteria``."""

    version: str = "1.0.0"
    reg_type: str | None = None
    reg_event_type: str
    frequency: Frequency | None = None
    filter_type: Literal["idtype-value", "expression", "predicate", "graphql"] | None = None
    filter: dict[str, Any] | list[dict[str, Any]]
    notify_record_type: str
    authorize: dict[str, Any] = Field(default_factory=dict)


class SubscribeItem(_Shape):
    """One request of a subscription."""

    reference_id: str
    timestamp: str
    subscribe_criteria: SubscribeCriteria
    locale: Locale | None = None


class SubscribeRequest(_Shape):
    """The message of ``subscribe``."""

    transaction_id: Id
    subscribe_request: list[SubscribeItem]


class UnsubscribeRequest(_Shape):
    """The message of ``unsubscribe``."""

    transaction_id: Id
    timestamp: str
    subscription_codes: list[Annotated[str, StringConstraints(max_length=LONGEST_ID)]]


class StatusQuestion(_Shape):
    """``txnstatus_request``."""

    reference_id: str
    txn_type: Literal["search", "subscribe", "receipt"]
    attribute_type: Literal["transaction_id", "reference_id_list", "correlation_id"]
    attribute_value: str | list[str]
    locale: Locale | None = None


class StatusRequest(_Shape):
    """The message of ``txn-status``."""

    transaction_id: Id
    txnstatus_request: StatusQuestion


class Envelope(_Shape):
    """The whole: ``{header} + {message}`` is what is signed."""

    signature: str = ""
    header: Header
    message: dict[str, Any]


T = TypeVar("T", bound=BaseModel)


def shape(model: type[T], value: Any) -> T:
    """``value`` as ``model``. Raises :class:`Malformed` with the place of the first fault."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise Malformed(f"{'.'.join(str(part) for part in first['loc'])}: {first['type']}") from error
    except RecursionError as error:
        raise Malformed("the message is nested too deeply") from error
