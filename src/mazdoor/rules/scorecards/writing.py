"""A fitted scorecard as a policy file that ``mazdoor rules check`` accepts, marked with where it comes from."""

from __future__ import annotations

from datetime import date

from mazdoor.rules.model import PolicySet
from mazdoor.rules.scorecards.fitting import Fitted, FittedVariable


def scorecard_text(
    fitted: Fitted, *, name: str, source: str, from_date: date, entity: str = "", policy_set: PolicySet | None = None
) -> str:
    """The YAML of a fitted scorecard.

    ``entity`` of ``policy_set``: the scorecard reads its fields, each variable one of that name, and their titles are its
    words. Without an entity the file stands on its own, with a vocabulary of the variables (titles: their names, for a
    person to put into words). ``source``: the survey, in words. Raises ``KeyError`` naming a variable the entity has not.
    """
    lines = [
        f"# A scorecard fitted by `mazdoor rules fit-scorecard` on {source}.",
        f"# {fitted.households:,} households fitted, {fitted.held_out:,} held out, "
        f"{fitted.left_out:,} left out (not everything known); "
        + ("weighted." if fitted.weighted else "not weighted."),
        f"# Held-out part: {fitted.explained:.1%} of the variance of log welfare explained, "
        f"rank correlation {fitted.rank_correlation:.3f}.",
    ]
    lines += [f"# {line}" for line in error_lines(fitted)]
    lines.append("# It is no official scorecard, and the shares are no poverty rates.")
    if not entity:
        entity = "household"
        lines += _vocabulary(fitted)
    lines += [
        "kind: scorecard",
        f"id: {name}",
        f"entity: {entity}",
        "title: {en: points of the scorecard, ur: اسکور کارڈ کے پوائنٹ}",
        "declared: fitted",
        f"from: {from_date.isoformat()}",
        f'source: "{_safe(source)}"',
        "verified: derived",
        f'note: "Fitted on {fitted.households:,} households, measured on {fitted.held_out:,} held out."',
        "variables:",
    ]
    for variable in fitted.variables:
        en = ur = variable.name.replace("_", " ")
        unit = ""
        if (
            policy_set is not None
            and entity in policy_set.entities
            and variable.name in policy_set.entities[entity].fields
        ):
            title = policy_set.entities[entity].fields[variable.name].title
            en, ur = title.en, title.ur
        elif policy_set is not None:
            raise KeyError(variable.name)
        else:
            ur = f"متغیر: {ur}"
        lines += [
            f"  - name: {variable.name}",
            f'    title: {{en: "{_safe(en)}", ur: "{_safe(ur)}"}}{unit}',
            f"    formula: {variable.name}",
            f"    points: {_written(variable)}",
        ]
    return "\n".join(lines) + "\n"


def error_lines(fitted: Fitted) -> list[str]:
    """The errors on the held-out part, a sentence for each share."""
    return [
        f"Reaching the poorest {each.share:.0%}: points up to {each.cutoff} reach {each.reached:.1%}; "
        f"{each.exclusion:.1%} of the poor are missed, {each.inclusion:.1%} of those reached are not poor."
        for each in fitted.errors
    ]


def _written(variable: FittedVariable) -> str:
    if variable.brackets:
        return (
            "[" + ", ".join(f"{{from: {_number(start)}, gives: {points}}}" for start, points in variable.brackets) + "]"
        )
    return "{" + ", ".join(f'"{_safe(code)}": {points}' for code, points in variable.codes) + "}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")


def _safe(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'")


def _vocabulary(fitted: Fitted) -> list[str]:
    lines = [
        "kind: facts",
        "id: survey",
        "entities:",
        "  household:",
        "    table: households",
        "    key: household_id",
        "    title: {en: household, ur: گھرانہ}",
        "    fields:",
    ]
    for variable in fitted.variables:
        title = f'title: {{en: "{variable.name.replace("_", " ")}", ur: "متغیر: {variable.name.replace("_", " ")}"}}'
        if variable.brackets:
            fine = max((len(_number(start).partition(".")[2]) for start, _ in variable.brackets), default=0)
            lines.append(f"      {variable.name}: {{type: number, digits: 12, scale: {fine}, {title}}}")
        elif {code for code, _ in variable.codes} == {"yes", "no"}:
            lines.append(f"      {variable.name}: {{type: yesno, {title}}}")
        else:
            codes = ", ".join(f'"{_safe(code)}"' for code, _ in variable.codes)
            lines.append(f"      {variable.name}: {{type: text, one_of: [{codes}], {title}}}")
    return [*lines, "---"]
