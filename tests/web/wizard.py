"""Walking through the wizard with a client, as a browser without script would."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from mazdoor.delivery.registration.questionnaire import AnswerType, get_questionnaire
from mazdoor.web.registry.wizard.steps import Step, get_step


def sent(step: Step, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a step as its fields send them."""
    made: dict[str, Any] = {}
    for question in step.section.questions:
        value = answers.get(question.name)
        if value is None:
            continue
        if question.type is AnswerType.DATE:
            parts = [*str(value).split("-"), "", ""]
            made |= {f"{question.name}.{part}": parts[n] for n, part in enumerate(("year", "month", "day"))}
        elif question.type is AnswerType.CHOICES and isinstance(value, str):
            made[question.name] = value.split()
        else:
            made[question.name] = value
    return made


def begin(client: Client) -> int:
    """A new form; gives its number."""
    location = client.post("/registry/register/begin/")["Location"]
    return int(location.split("/")[3])


def fill(client: Client, draft: int, name: str, answers: dict[str, Any]) -> Any:
    """Send one step."""
    return client.post(f"/registry/register/{draft}/step/{name}/", sent(get_step(name), answers))


def fill_all(client: Client, draft: int, form: dict[str, Any]) -> None:
    """Send every step of a form; each must be taken."""
    for section in get_questionnaire().sections:
        given = form.get(section.name)
        several = given if isinstance(given, list) else [given] if given else []
        for number, answers in enumerate(several):
            name = f"{section.name}-{number}" if section.repeats else section.name
            _fill(client, draft, get_step(name), answers)


def hand_in(client: Client, draft: int) -> Any:
    """Read the last page, say that it is none of those shown there, and register."""
    page = client.get(f"/registry/register/{draft}/check/").content.decode()
    return client.post(f"/registry/register/{draft}/check/", {"looked": "yes", "shown": shown(page)})


def shown(page: str) -> str:
    """The marks of those a page shows; nothing where it shows nobody."""
    found = re.search(r'name="shown" value="([^"]*)"', page)
    return found[1] if found else ""


def _fill(client: Client, draft: int, step: Step, answers: dict[str, Any]) -> None:
    response = fill(client, draft, step.name, answers)
    assert response.status_code == 302, (step.name, errors(response))
    for inner in step.section.sections:
        given = answers.get(inner.name)
        for number, each in enumerate(given if isinstance(given, list) else [given] if given else []):
            _fill(client, draft, step.inner(inner, number), each)


def errors(response: Any) -> list[str]:
    """What the error summary says."""
    page = response.content.decode()
    found = re.search(r'class="error-summary".*?</ul>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<li>(.*?)</li>", found[0])] if found else []
