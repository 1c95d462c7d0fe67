"""The words and colours of states, once for all screens.

Rooms keep states as codes; here each code gets its word in the reader's language and a tone: ``good`` (arrived),
``needs`` (a person must act), ``wrong`` (a person must act, and something has gone wrong), or none. Colour never
stands alone: the word says the same.
"""

from typing import Literal

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

Tone = Literal["", "good", "needs", "wrong"]

STATES: dict[str, tuple[str | Promise, Tone]] = {
    # registration, verification
    "received": (_("received"), ""),
    "registered": (_("registered"), "good"),
    "refused": (_("refused"), "wrong"),
    "waiting": (_("waiting for an answer"), ""),
    "match": (_("verified"), "good"),
    "no_match": (_("does not match"), "wrong"),
    "contested": (_("contested"), "needs"),
    "deceased": (_("deceased"), "wrong"),
    "proposed": (_("proposed: waits for a second verifier"), "needs"),
    "by_hand": (_("to be looked at"), "needs"),
    "verified": (_("verified"), "good"),
    "in_question": (_("in question"), "needs"),
    "not_confirmed": (_("not confirmed"), "wrong"),
    "run_out": (_("has run out"), "needs"),
    "not_asked": (_("not asked yet"), ""),
    "interest_waiting": (_("waits for a registrar"), "needs"),
    "interest_taken_up": (_("in hand"), ""),
    # registry cards
    "card_live": (_("live"), "good"),
    "card_replaced": (_("replaced by another"), ""),
    "card_revoked": (_("revoked"), "wrong"),
    # other systems, and messages to them
    "client_active": (_("may connect"), "good"),
    "client_revoked": (_("revoked"), ""),
    "posting_waiting": (_("waits to be sent"), ""),
    "posting_delivered": (_("delivered"), "good"),
    "posting_stuck": (_("stuck"), "wrong"),
    "posting_withheld": (_("withheld"), ""),
    # messages to people
    "notice_queued": (_("waits to be sent"), ""),
    "notice_sent": (_("sent"), ""),
    "notice_delivered": (_("arrived"), "good"),
    "notice_failed": (_("did not arrive"), "wrong"),
    # duplicates
    "queued": (_("to be decided"), "needs"),
    "same": (_("one person"), "good"),
    "different": (_("two persons"), ""),
    "cannot_tell": (_("could not be told"), "needs"),
    "fraud": (_("held to be fraud"), "wrong"),
    "match_run_running": (_("is being compared"), ""),
    "match_run_finished": (_("finished"), "good"),
    "match_run_failed": (_("broke off"), "wrong"),
    "bulk_sampling": (_("the sample is being decided"), "needs"),
    "bulk_bounded": (_("waits for a second officer"), "needs"),
    "bulk_refused": (_("not accepted"), ""),
    "bulk_confirming": (_("being joined"), ""),
    "bulk_confirmed": (_("accepted"), "good"),
    "bulk_undoing": (_("being undone"), ""),
    "bulk_undone": (_("undone"), ""),
    # assessment, enrolment
    "decision_eligible": (_("qualifies"), "good"),
    "decision_refused": (_("does not qualify"), ""),
    "decision_held": (_("cannot be told yet"), "needs"),
    "decision_waiting": (_("qualifies: waits for a place"), "needs"),
    "enrolled": (_("enrolled"), "good"),
    "paused": (_("paused"), "needs"),
    "suspended": (_("suspended"), "needs"),
    "exited": (_("left the programme"), ""),
    # payrolls
    "drafted": (_("in preparation"), ""),
    "prepared": (_("prepared: waits for approval"), "needs"),
    "approved": (_("approved: waits for release"), "needs"),
    "released": (_("released"), "good"),
    "closed": (_("closed"), ""),
    "rejected": (_("rejected"), "wrong"),
    "entitled": (_("entitlements made"), ""),
    "instructed": (_("instructions made"), ""),
    "checked": (_("amounts recomputed"), ""),
    # entitlements and instructions
    "not_yet_instructed": (_("not yet instructed"), ""),
    "in_flight": (_("at the bank"), ""),
    "settled": (_("paid"), "good"),
    "returned": (_("returned by the bank"), "wrong"),
    "cancelled": (_("cancelled"), ""),
    "no_account": (_("no account yet"), "needs"),
    "no_paying_bank": (_("no bank pays into this account"), "needs"),
    "nothing_due": (_("nothing is due"), ""),
    "account_closed": (_("the account was closed"), "needs"),
    "not_enrolled": (_("no longer enrolled"), ""),
    "paid_already": (_("paid already, under another record"), ""),
    # payment files
    "file_planned": (_("planned"), ""),
    "file_written": (_("written"), ""),
    "file_sending": (_("being sent"), ""),
    "file_unknown": (_("outcome unknown"), "needs"),
    "file_sent": (_("sent"), "good"),
    "file_refused": (_("refused"), "wrong"),
    "file_cancelled": (_("cancelled"), ""),
    # requests for accounts
    "account_waiting": (_("to be asked"), ""),
    "account_pending": (_("the bank is looking at it"), ""),
    "account_unknown": (_("outcome unknown"), "needs"),
    "account_opened": (_("opened"), "good"),
    "account_refused": (_("refused"), "wrong"),
    "account_withdrawn": (_("withdrawn"), ""),
    # the terms of the conservation sum
    "term_entitled": (_("entitled"), ""),
    "term_not_yet_instructed": (_("not yet instructed"), ""),
    "term_in_flight": (_("at the bank"), ""),
    "term_settled": (_("arrived"), "good"),
    "term_returned": (_("returned by the bank"), "needs"),
    "term_cancelled": (_("cancelled"), ""),
    # appeals and grievances
    "case_opened": (_("waits for an answer"), "needs"),
    "case_upheld": (_("upheld"), "good"),
    "case_dismissed": (_("dismissed"), ""),
    "case_settled": (_("settled with the person"), "good"),
    # changes of the record, and recertification
    "change_asked": (_("what is right is not known yet"), "needs"),
    "change_proposed": (_("waits for approval"), "needs"),
    "change_late": (_("waits too long"), "wrong"),
    "change_applied": (_("in the record"), "good"),
    "change_refused": (_("refused"), ""),
    "change_withdrawn": (_("withdrawn"), ""),
    "change_reversed": (_("taken back"), ""),
    "renewal_scheduled": (_("on the calendar"), ""),
    "renewal_told": (_("told"), ""),
    "renewal_held": (_("payment waits"), "needs"),
    "renewal_review": (_("a person must look"), "wrong"),
    "renewal_renewed": (_("confirmed"), "good"),
    "renewal_ended": (_("the household is no more"), ""),
    "ours": (_("our own choice"), "needs"),
    # what banks sent, and what does not fit
    "message_status_report": (_("status report"), ""),
    "message_statement": (_("account statement"), ""),
    "exception_unknown_reference": (_("nothing of ours has this reference"), "wrong"),
    "exception_reported_twice": (_("told twice"), "needs"),
    "exception_contradicts": (_("contradicts what we know"), "wrong"),
    "exception_early": (_("speaks of what has not happened yet"), "needs"),
    "exception_wrong_amount": (_("another amount"), "wrong"),
    "exception_wrong_bank": (_("from another bank"), "wrong"),
    "exception_unreadable": (_("cannot be read"), "wrong"),
    "exception_duplicate_at_bank": (_("paid twice by the bank"), "wrong"),
    "exception_balance_differs": (_("the balance differs"), "wrong"),
    # drafts of rules
    "draft_draft": (_("draft"), ""),
    "draft_withdrawn": (_("withdrawn"), ""),
    # how far a value was checked
    "yes": (_("checked against the source"), "good"),
    "partial": (_("partly checked"), "needs"),
    "secondary": (_("from a secondary source"), "needs"),
    "weak": (_("weak source"), "needs"),
    "derived": (_("derived"), ""),
    "computed": (_("computed"), ""),
    "unresolved": (_("unresolved in the law"), "needs"),
    "memory": (_("not verified"), "needs"),
}


def word(code: object) -> str | Promise:
    """The word of a state; a code without one speaks for itself."""
    return STATES.get(str(code), (str(code).replace("_", " "), ""))[0]


def tag(code: object) -> SafeString:
    """A state as a small label."""
    tone = STATES.get(str(code), ("", ""))[1]
    return format_html('<span class="tag {}">{}</span>', tone, word(code))
