"""A scorecard as policy data: points for what is seen of a household, added up. Read like any other named result.

A document of kind ``scorecard`` is written out as parameters (the points of each variable: a scale, or a table by code) and
definitions (each variable, its points, their sum), so that every engine runs it and nothing but data has to change when a
ministry puts in its own. ``declared`` says what it is: ``official``, ``fitted`` to a survey, or ``synthetic``.
"""

from __future__ import annotations

from typing import Any, Final

from mazdoor.rules.problems import Place
from mazdoor.rules.reading import Document, Path_

_POINTS: Final = {"en": "points: {}", "ur": "پوائنٹ: {}"}


def written_out(document: Document) -> list[Document]:
    """The documents of parameters and definitions that a scorecard stands for."""
    data = document.data
    name = data["id"]
    cited = {key: data[key] for key in ("instrument", "provision", "source") if key in data}
    parameters: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    places: dict[Path_, Place] = {(): document.place("id")}
    for index, variable in enumerate(data["variables"]):
        at: Path_ = ("variables", index)
        value, points = f"{name}_{variable['name']}", f"{name}_{variable['name']}_points"
        titled = {lang: _POINTS[lang].format(variable["title"][lang]) for lang in ("en", "ur")}
        table, asked = _points(variable, value, points)
        parameters[f"{points}_table"] = {
            "title": titled,
            "unit": "points",
            **table,
            "values": [
                {
                    **({"to": data["to"]} if "to" in data else {}),
                    "from": data["from"],
                    "known_from": data.get("known_from", data["from"]),
                    "verified": data["verified"],
                    **({"checked": data["checked"]} if "checked" in data else {}),
                    **cited,
                    **each,
                }
                for each in table["values"]
            ],
        }
        said = {**cited, "verified": data["verified"]}
        definitions[value] = {"title": variable["title"], "formula": variable["formula"], **said}
        definitions[points] = {"title": titled, "formula": asked, **said}
        places[("parameters", f"{points}_table")] = document.place(*at, "points")
        places[("definitions", value)] = document.place(*at, "name")
        places[("definitions", value, "formula")] = document.place(*at, "formula")
        places[("definitions", points)] = document.place(*at, "points")
    total = " + ".join(f"{name}_{variable['name']}_points" for variable in data["variables"])
    if "least" in data:
        total = f"max({total}, {data['least']} points)"
    if "most" in data:
        total = f"min({total}, {data['most']} points)"
    definitions[name] = {
        "title": data["title"],
        "formula": total,
        **cited,
        "verified": data["verified"],
        "note": f"{data['declared']} scorecard. {data.get('note', '')}".strip(),
    }
    places[("definitions", name)] = document.place("id")
    return [
        Document(document.file, {"kind": "parameters", "parameters": parameters}, places),
        Document(document.file, {"kind": "definitions", "entity": data["entity"], "definitions": definitions}, places),
    ]


def _points(variable: dict[str, Any], value: str, points: str) -> tuple[dict[str, Any], str]:
    """The parameter of a variable's points (without dates), and the formula that looks them up."""
    said = variable["points"]
    if isinstance(said, list):
        of = {"of": variable["unit"]} if "unit" in variable else {}
        return {"type": "scale", **of, "values": [{"value": said}]}, f"bracket({points}_table, {value})"
    values = [{"key": [code], "value": gives} for code, gives in said.items()]
    table = {"keys": [variable["name"]], "values": values}
    if set(said) == {"yes", "no"}:
        return table, f'{points}_table[if {value} then "yes" else "no"]'
    return table, f"{points}_table[{value}]"
