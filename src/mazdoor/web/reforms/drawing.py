"""Charts, map and table of who gains and who loses."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from mazdoor.deliberation.privacy import Group
from mazdoor.delivery.registration import words as registration
from mazdoor.delivery.reporting.change_map import Change, change_map
from mazdoor.delivery.reporting.charts import Bar, bars
from mazdoor.delivery.reporting.figures import Figure, count_text
from mazdoor.reference import selectors as reference
from mazdoor.rules.model import Programme
from mazdoor.web import formats
from mazdoor.web.tables import Column, Table

MOST_BARS = 16


def breakdowns() -> dict[str, str]:
    """The breakdowns by what they are called."""
    return {
        "decile": _("tenths by income"),
        "province": _("province"),
        "sex": _("sex"),
        "sector": _("sector"),
        "work": _("kind of work"),
        "category": _("category of the programme"),
        "district": _("district"),
    }


def name_of(by: str, group: str, programme: Programme) -> str:
    """What a group is called in the reader's language."""
    language = formats.language()
    if not group:
        return _("not known")
    match by:
        case "province" | "district":
            return reference.area_name(group, language)
        case "decile":
            return {"1": _("1 (poorest)"), "10": _("10 (richest)")}.get(group, group)
        case "sex":
            return _answer(registration.SEX, group)
        case "sector":
            return _answer(registration.SECTOR, group)
        case "work":
            return _answer(registration.CATEGORY, group)
        case _:
            words = programme.categories.get(group)
            return words.in_language(language) if words else group


def _answer(question: registration.Answers, code: str) -> str:
    return dict(question.choices_in(formats.language())).get(code, code)


def sentence(total: Group, before: int | None) -> str:
    """What changes for all, in one sentence."""
    language = formats.language()
    counts = {
        "gain": count_text(total.gain, language),
        "lose": count_text(total.lose, language),
        "units": count_text(total.units, language),
    }
    return _("Of %(units)s on the register, %(gain)s gain and %(lose)s lose.") % counts


def figure(by: str, side: str, lines: Sequence[Group], programme: Programme, total: Group) -> Figure:
    """Bars of who gains (``side`` gain) or loses (lose), by a breakdown."""
    language = formats.language()
    ordered = list(lines) if by == "decile" else sorted(lines, key=lambda one: -(getattr(one, side) or 0))
    data = [
        Bar(
            name_of(by, line.group, programme),
            Decimal(getattr(line, side) or 0),
            count_text(getattr(line, side), language),
        )
        for line in ordered[:MOST_BARS]
    ]
    heading = _("Who gains, by %(by)s") if side == "gain" else _("Who loses, by %(by)s")
    title = heading % {"by": breakdowns()[by]}
    said = sentence(total, None)
    return Figure(
        svg=bars(data=data, name=f"{side}-{by}", title=title, sentence=said, language=language),
        title=title,
        sentence=said,
        columns=[],
        rows=[],
    )


def district_map(lines: Sequence[Group], total: Group, at: dt.date) -> Figure | None:
    """The districts by who gains and who loses; None where no areas are held to draw."""
    if not reference.areas(level="district", at=at):
        return None
    changes = {line.group: Change(line.gain, line.lose) for line in lines if line.group}
    return change_map(
        changes,
        at=at,
        title=_("Who gains and who loses, by district"),
        sentence=sentence(total, None),
        language=formats.language(),
        columns=[],
        rows=[],
    )


def table(by: str, lines: Sequence[Group], programme: Programme) -> Table:
    """Every figure of a breakdown."""
    language = formats.language()
    return Table(
        name=f"gains-and-losses-by-{by}",
        caption=_("Who gains and who loses, by %(by)s") % {"by": breakdowns()[by]},
        note=_("amounts in rupees for one cycle"),
        columns=[
            Column(breakdowns()[by], lambda g: name_of(by, g.group, programme), head=True),
            Column(_("On the register"), lambda g: count_text(g.units, language), "code"),
            Column(_("Reached now"), lambda g: count_text(g.before, language), "code"),
            Column(_("Reached with the change"), lambda g: count_text(g.after, language), "code"),
            Column(_("Gain"), lambda g: count_text(g.gain, language), "code"),
            Column(_("Lose"), lambda g: count_text(g.lose, language), "code"),
            Column(_("Cost now"), lambda g: g.cost_before, "money"),
            Column(_("Cost with the change"), lambda g: g.cost_after, "money"),
        ],
        rows=list(lines),
        export=False,
    )
