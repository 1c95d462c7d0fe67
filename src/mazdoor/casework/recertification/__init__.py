"""Recertification: is what we hold about a household still so?

Takes     every household with members, the day it was last confirmed, the calendar's dated parameters.
Gives     a due day, spread so that nobody queues; notices at graded steps in the person's language; payment that waits
          after the last of them; a case for a person to look at. Nothing and nobody is removed.
States    scheduled → told → held → review; renewed from any of them, by any form or visit; ended where the household is.

:func:`~.running.run_calendar` is the day's work over all households, in a few set-based statements; ``recertify`` is the
door of an officer, a form or a visit.
"""

from mazdoor.casework.recertification.calendar import Calendar, calendar_on, values
from mazdoor.casework.recertification.renewing import recertify
from mazdoor.casework.recertification.running import run_calendar

__all__ = ["Calendar", "calendar_on", "recertify", "run_calendar", "values"]
