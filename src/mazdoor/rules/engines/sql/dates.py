"""Date arithmetic in SQL, on year, month and day numbers: engines differ in intervals and differences, not in these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from mazdoor.rules.engines.sql.parts import (
    Compiled,
    Sql,
    add,
    call,
    case,
    cast,
    compare,
    day,
    days_from,
    every,
    mul,
    negated,
    quotient,
    remainder,
    some,
    sub,
    text,
    whole,
)

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
OUT = text("a date outside the calendar")


def part(name: str, value: Sql) -> Sql:
    """Year, month or day number of a date."""
    return cast(exp.Extract(this=exp.var(name), expression=value), "BIGINT")


def _months(value: Sql) -> Sql:
    return add(mul(part("YEAR", value), whole(12)), part("MONTH", value))


def _first(index: Sql) -> Sql:
    """The first of the month with this index (year * 12 + month - 1)."""
    month = add(remainder(index, whole(12)), whole(1))
    return call("MAKE_DATE", cast(quotient(index, whole(12)), "INT"), cast(month, "INT"), whole(1, "INT"))


def _before(value: Sql) -> Sql:
    """The day before."""
    return cast(sub(value, whole(1, "INT")), "DATE")


def _add_months(start: Sql, months: Sql) -> Compiled:
    index = sub(add(_months(start), months), whole(1))
    # A month outside the calendar is a fault, told below; here it must only not raise.
    outside = some([compare("<", index, whole(12)), compare(">=", index, whole(120_000))])
    last = _before(_first(add(index, whole(1))))
    same = cast(add(_first(index), sub(cast(part("DAY", start), "INT"), whole(1, "INT"))), "DATE")
    return Compiled(case([(negated(outside), call("LEAST", same, last))]), ((OUT, outside),))


def on_dates(name: str, arguments: Sequence[Sql]) -> Compiled:
    """The SQL of a function of dates."""
    first = arguments[0]
    match name:
        case "age" | "completed_years":
            start, end = arguments
            short = compare("<", _month_day(end), _month_day(start))
            return Compiled(sub(sub(part("YEAR", end), part("YEAR", start)), _one_if(short)))
        case "completed_months":
            start, end = arguments
            short = compare("<", part("DAY", end), part("DAY", start))
            return Compiled(sub(sub(_months(end), _months(start)), _one_if(short)))
        case "days_between":
            return Compiled(days_from(first, arguments[1]))
        case "add_years":
            return _add_months(first, mul(arguments[1], whole(12)))
        case "add_months":
            return _add_months(first, arguments[1])
        case "add_days":
            room_below, room_above = days_from(first, day(FIRST_DAY)), days_from(first, day(LAST_DAY))
            inside = every([compare(">=", arguments[1], room_below), compare("<=", arguments[1], room_above)])
            outside = some([compare("<", arguments[1], room_below), compare(">", arguments[1], room_above)])
            moved = cast(add(first, cast(arguments[1], "INT")), "DATE")
            return Compiled(case([(inside, moved)]), ((OUT, outside),))
        case "first_of_month":
            return Compiled(_first(sub(_months(first), whole(1))))
        case "last_of_month":
            return Compiled(_before(_first(_months(first))))
        case "year_of":
            return Compiled(part("YEAR", first))
        case "month_of":
            return Compiled(part("MONTH", first))
    raise AssertionError(f"the SQL engine does not know {name}")


def _month_day(value: Sql) -> Sql:
    return add(mul(part("MONTH", value), whole(100)), part("DAY", value))


def _one_if(condition: Sql) -> Sql:
    """1 where the condition is true, 0 where it is false, null where it is unknown."""
    return case([(condition, whole(1)), (negated(condition), whole(0))])
