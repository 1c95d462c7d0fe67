"""Registration: who has come to us?

Takes   a form from any channel (web, file, device, message).
Gives   Person, Household, Family, Member, Business, Employment, Consent, each with a life-long number and a history.
States  a form is received, then registered or refused; a record is believed until a later recording replaces it.

What can change about a person, household, business or employment is a *spell*: valid from/to (when it was true) and
recorded from/to (when we believed it). The thing itself (``Person``, ``Household``...) is an anchor that never changes.
This room knows nothing of later rooms: it asks its own tables whether an applicant may already be here.

``questionnaire`` (what is asked, as data, and its one check) · ``services.submit`` → ``registering`` (a form becomes a
household) · ``files`` (lists of people, as sets) · ``drafts``, ``interests``, ``messages`` (begun at the counter; asked by SMS) ·
``recorded`` (what stands today, as a form) · ``consenting``, ``consent_notices``, ``attachments`` (consent later, its
words, photos and papers) · ``events`` (what changes later) · ``history`` (as of a day, as known on a day) · ``people``,
``looking`` (one person; who may be here already) · ``loading`` (an older register carried over) · ``rekeying`` (match keys anew).
"""
