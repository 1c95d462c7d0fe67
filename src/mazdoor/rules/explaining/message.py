"""The shortest length: a text message of at most three segments, with the outcome, the reason, its provision in short and
how to appeal. Whatever has to give way, these four stay."""

from __future__ import annotations

from collections.abc import Iterator

from mazdoor.rules.explaining.phrases import NOTICE
from mazdoor.rules.explaining.shown import ClauseShown
from mazdoor.rules.wording import OUTCOMES, isolated, plainer, provision_words, sms_fits, stop, unisolated

_SHORTEST_PROVISION = 24


def write_message(
    *, headline: str, reason: ClauseShown | None, change: str, further: int, appeal: str, lang: str
) -> str:
    """The message. ``reason`` is the clause that decided (or the amount), ``change`` what it lacks in a few words,
    ``further`` how many other reasons there are."""
    for text in _attempts(headline, reason, change, further, appeal, lang):
        message = _for_telephones(text, lang)
        if sms_fits(message):
            return message
    return _cut(headline, reason, appeal, lang)


def why(reason: ClauseShown, lang: str) -> str:
    """An exclusion that applies is the reason itself; a condition that fails is named as not met."""
    if reason.kind == "amount":
        if reason.outcome == "unknown":
            return f"{NOTICE['amount_unknown'].in_language(lang)} {reason.title}"
        return sentence(reason.title)
    return f"{OUTCOMES[f'why_{reason.outcome}'].in_language(lang)} {reason.title}"


def _attempts(
    headline: str, reason: ClauseShown | None, change: str, further: int, appeal: str, lang: str
) -> Iterator[str]:
    """What is tried, the fullest first."""
    if reason is None:
        yield f"{headline} {appeal}"
        return
    said, law = why(reason, lang), reason.law
    short = provision_words(law.provision, lang)
    more = (
        NOTICE["further_one" if further == 1 else "further"]
        .in_language(lang)
        .format(count=isolated(str(further), lang))
    )
    more = more if further else ""
    lacking = f"{sentence(change)}{stop(lang)}" if change else ""
    for cited, lacks, rest in (
        (law.text, lacking, more),
        (law.text, lacking, ""),
        (short, lacking, more),
        (short, lacking, ""),
        (law.text, "", ""),
        (short, "", ""),
    ):
        reasoned = f"{said}{f' ({cited})' if cited else ''}{stop(lang)}"
        yield " ".join(part for part in (headline, reasoned, lacks, rest, appeal) if part)


def sentence(text: str) -> str:
    """``text`` with the capital a sentence begins with."""
    return text[:1].upper() + text[1:]


def _for_telephones(text: str, lang: str) -> str:
    return unisolated(text) if lang.startswith("ur") else plainer(text)


def _cut(headline: str, reason: ClauseShown | None, appeal: str, lang: str) -> str:
    """The reason cut at a word, then how to appeal, until it fits: for policies with very long sentences."""
    said, cited = "", ""
    if reason is not None:
        said, provision = why(reason, lang), reason.law.provision
        if len(provision) > _SHORTEST_PROVISION:
            cited = isolated(provision[:_SHORTEST_PROVISION].rstrip() + "...", lang)
        else:
            cited = provision_words(provision, lang)
    inside = f" ({cited})" if cited else ""
    while True:
        message = _for_telephones(f"{headline} {said}{inside}{stop(lang)} {appeal}".strip(), lang)
        if sms_fits(message):
            return message
        if len(said) > len(appeal) // 2 and len(said) > 3:
            said = _shorter(said)
        elif len(appeal) > 3:
            appeal = _shorter(appeal)
        else:
            headline = _shorter(headline)


def _shorter(text: str) -> str:
    """One word less, or one sign less where it is all one word."""
    kept = text.removesuffix("...").rstrip()
    head, _, _ = kept.rpartition(" ")
    return f"{(head or kept[:-1]).rstrip()}..."
