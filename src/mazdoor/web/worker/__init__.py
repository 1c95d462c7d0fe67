"""The worker's own web, under ``/w/``: registering oneself on a telephone, and looking after the own record.

For somebody who meets it once, reads little, and holds a small telephone that others use too. So: one thing on each page,
big targets, numbers typed on a numeric keypad, plain words in Urdu (unless English is chosen), no script at all, a
stylesheet of its own, and never more than 100 KB for a page with it.

==============  ============================================================================================
``frame``       what surrounds every page: the visit's cookie, who may come in, headers, refusals, language
``signin``      number, code by SMS, which record is mine, leaving
``fields``      a question of the questionnaire as a field of a page, and what was written in it as an answer
``works``       common works in plain words, and works written by hand
``screens``     which questions stand on which of the eight screens
``drafts``      what was written so far
``register``    the screens, the check of the answers, the confirmation
``mine``        what the own record says, read as this worker
``portal``      the pages of the own record
``complaints``  complaining, appealing, the answers
``corrections`` having the own record put right
==============  ============================================================================================

The database shows these pages one worker's rows only (``access.workers.acting_as_worker``).
"""
