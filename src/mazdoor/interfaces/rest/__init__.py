"""REST: how employers, unions and NGOs register their members from their own programs.

Takes   JSON over HTTPS with a bearer token: one form, a list of forms, or a file.
Gives   what became of each form, the questionnaire itself, choice lists and areas; the OpenAPI document of it all.
States  a submission is registered or refused; the same Idempotency-Key again answers the same and changes nothing.

Every form ends in ``registration.services.submit``, the one service of every door.
"""
