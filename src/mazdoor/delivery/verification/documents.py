"""Papers a verifier may look at: what each is called, and what it can show. The words are the questionnaire's kind: code,
English, Urdu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mazdoor.delivery.verification.models import Kind
from mazdoor.kernel.refusals import Words


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One type of paper: its words, the kinds of claim it can show, and whether it has a last day of its own."""

    words: Words
    shows: frozenset[str]
    has_end: bool = False


DOCUMENTS: Final[dict[str, DocumentType]] = {
    "cnic": DocumentType(
        Words("Identity card (CNIC)", "قومی شناختی کارڈ"),
        frozenset({Kind.IDENTITY, Kind.LIFE, Kind.RESIDENCE}),
        has_end=True,
    ),
    "b_form": DocumentType(
        Words("Child registration certificate (B-form)", "ب فارم"), frozenset({Kind.IDENTITY, Kind.FAMILY})
    ),
    "family_certificate": DocumentType(
        Words("Family registration certificate", "خاندانی رجسٹریشن سرٹیفکیٹ"), frozenset({Kind.FAMILY})
    ),
    "marriage_certificate": DocumentType(Words("Marriage certificate", "نکاح نامہ"), frozenset({Kind.FAMILY})),
    "domicile": DocumentType(Words("Domicile certificate", "ڈومیسائل"), frozenset({Kind.RESIDENCE})),
    "utility_bill": DocumentType(
        Words("Electricity, gas or water bill", "بجلی، گیس یا پانی کا بل"), frozenset({Kind.RESIDENCE})
    ),
    "tenancy": DocumentType(Words("Tenancy agreement", "کرایہ نامہ"), frozenset({Kind.RESIDENCE}), has_end=True),
    "employer_letter": DocumentType(
        Words("Letter or card of the employer", "آجر کا خط یا کارڈ"), frozenset({Kind.OCCUPATION}), has_end=True
    ),
    "union_card": DocumentType(Words("Union card", "یونین کارڈ"), frozenset({Kind.OCCUPATION}), has_end=True),
    "social_security_card": DocumentType(
        Words("EOBI or social security card", "ای او بی آئی یا سوشل سکیورٹی کارڈ"), frozenset({Kind.OCCUPATION})
    ),
    "trade_licence": DocumentType(
        Words("Trade licence or tax certificate", "کاروباری لائسنس یا ٹیکس سرٹیفکیٹ"),
        frozenset({Kind.BUSINESS, Kind.OCCUPATION}),
        has_end=True,
    ),
    "sim_certificate": DocumentType(
        Words("SIM ownership certificate", "سم کی ملکیت کا سرٹیفکیٹ"), frozenset({Kind.PHONE})
    ),
}


def documents_for(kind: str) -> dict[str, Words]:
    """The papers that can show a kind of claim, by code."""
    return {code: each.words for code, each in DOCUMENTS.items() if kind in each.shows}
