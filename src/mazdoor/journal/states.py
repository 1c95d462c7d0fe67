"""States of deliveries and job runs, and the moves between them."""

from __future__ import annotations

from typing import Final

from django.db import models


class DeliveryState(models.TextChoices):
    """A message on its way to one handler."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    STUCK = "stuck", "Stuck"


class RunState(models.TextChoices):
    """A long job."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


DELIVERY_MOVES: Final = {
    DeliveryState.WAITING: {DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.STUCK},
    DeliveryState.STUCK: {DeliveryState.WAITING},  # a person has mended the cause
    DeliveryState.DELIVERED: set[DeliveryState](),
}
RUN_MOVES: Final = {
    RunState.RUNNING: {RunState.RUNNING, RunState.DONE, RunState.FAILED},
    RunState.FAILED: {RunState.RUNNING},
    RunState.DONE: set[RunState](),
}
