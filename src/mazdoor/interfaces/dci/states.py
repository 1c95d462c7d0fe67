"""States of exchanges, postings, subscriptions and notices, and the moves between them."""

from __future__ import annotations

from typing import Final

from django.db import models


class ExchangeState(models.TextChoices):
    """How far we are with what another system asked; the codes are the standard's."""

    RECEIVED = "rcvd", "Received"
    PENDING = "pdng", "Pending"
    SUCCEEDED = "succ", "Succeeded"
    REJECTED = "rjct", "Rejected"


class PostingState(models.TextChoices):
    """An answer or a notice on its way to another system."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    STUCK = "stuck", "Stuck"
    WITHHELD = "withheld", "Withheld"


class SubscriptionState(models.TextChoices):
    """A standing wish to be told; the codes are the standard's."""

    SUBSCRIBED = "subscribe", "Subscribed"
    UNSUBSCRIBED = "unsubscribe", "Unsubscribed"


class NoticeState(models.TextChoices):
    """One event for one subscriber."""

    WAITING = "waiting", "Waiting"
    TAKEN = "taken", "Taken into a posting"
    TOLD = "told", "Told"
    WITHHELD = "withheld", "Withheld"


EXCHANGE_MOVES: Final = {
    ExchangeState.RECEIVED: {ExchangeState.PENDING, ExchangeState.SUCCEEDED, ExchangeState.REJECTED},
    ExchangeState.PENDING: {ExchangeState.SUCCEEDED, ExchangeState.REJECTED},
    ExchangeState.SUCCEEDED: set[ExchangeState](),
    ExchangeState.REJECTED: set[ExchangeState](),
}
POSTING_MOVES: Final = {
    PostingState.WAITING: {PostingState.WAITING, PostingState.DELIVERED, PostingState.STUCK, PostingState.WITHHELD},
    PostingState.STUCK: {PostingState.WAITING, PostingState.WITHHELD},
    PostingState.DELIVERED: set[PostingState](),
    PostingState.WITHHELD: set[PostingState](),
}
SUBSCRIPTION_MOVES: Final = {
    SubscriptionState.SUBSCRIBED: {SubscriptionState.UNSUBSCRIBED},
    SubscriptionState.UNSUBSCRIBED: set[SubscriptionState](),
}
NOTICE_MOVES: Final = {
    NoticeState.WAITING: {NoticeState.TAKEN, NoticeState.WITHHELD},
    NoticeState.TAKEN: {NoticeState.TOLD, NoticeState.WITHHELD},
    NoticeState.TOLD: set[NoticeState](),
    NoticeState.WITHHELD: set[NoticeState](),
}
