"""Notices: what have we told this person, in their language, and did it reach them?

Question
    What must a person hear from us, in which language, by which channel, and was it delivered?
Takes
    A template of the catalogue with its blanks filled, a person, a channel.
Gives
    Notice, and the read view ``notices.notice``.
States
    queued → sent → delivered or failed; a failed notice may be queued again.

The room stands below registration, so it knows people by number only and never keeps a telephone number: whoever sends
hands it an address book (:class:`mazdoor.notices.ports.AddressBook`) for the moment of sending.
"""
