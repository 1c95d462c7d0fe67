"""What templates may ask for: values as people read them, and words of coded answers."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString

from mazdoor.delivery.registration import words
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference
from mazdoor.web import chain, formats, states
from mazdoor.web.officers import find_officer

register = template.Library()

register.filter("ltr", formats.ltr)
register.filter("money", formats.money)
register.filter("number", formats.count)
register.filter("percent", formats.percent)
register.filter("day", formats.day)
register.filter("born", formats.born)
register.filter("moment", formats.moment)
register.filter("month", formats.month)
register.filter("full_name", formats.full_name)
register.filter("father_name", formats.father_name)
register.filter("in_script", formats.in_script)


@register.filter
def unlocalize_number(value: float) -> str:
    """A number for a drawing: a point and one decimal, whatever the language."""
    return f"{value:.1f}"


@register.filter
def answer(code: object, question: str) -> str:
    """The words of a coded answer: ``{{ record.status|answer:"STATUS" }}``."""
    if code is None or code == "":
        return formats.NOTHING
    answers: words.Answers = getattr(words, question)
    return answers.say(str(code), formats.language())


@register.filter
def say(text: Words | str | None) -> str:
    """A sentence kept in both languages, in the reader's."""
    if text is None:
        return formats.NOTHING
    return text.in_language(formats.language()) if isinstance(text, Words) else text


@register.simple_tag
def tag(code: object) -> SafeString:
    """A state as a small label: ``{% tag account.state %}``."""
    return states.tag(code)


@register.simple_tag(takes_context=True)
def ribbon(context: dict[str, Any]) -> SafeString:
    """The chain on top of a page of somebody signed in, with ``here`` marked. Counted only where a page shows it."""
    officer = find_officer(context["request"]) if "request" in context else None
    return SafeString("") if officer is None else chain.drawn(officer, here=context.get("here", ""))


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], **changes: object) -> str:
    """The present address with some of its query changed: ``{% address page=2 %}``, ``{% address format="csv" %}``."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for key, value in changes.items():
        query[key] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def area(code: str | None) -> str:
    """The name of an area in the reader's language."""
    return reference.area_name(code, formats.language()) if code else formats.NOTHING


@register.filter
def occupation(code: str | None) -> str:
    """The title of an occupation in the reader's language."""
    return reference.isco_title(code, formats.language()) if code else formats.NOTHING


@register.filter
def state_word(code: str | None) -> str:
    """The word of a state, without the label around it."""
    return str(states.word(code)) if code else formats.NOTHING
