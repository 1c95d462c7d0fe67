"""The record of acts, news for later rooms, and work that runs behind.

:Question: who did what, when; who must hear of it; and how far is the long work?
:Takes: acts (:func:`services.record`), news (:func:`outbox.publish`), named jobs with steps (:mod:`jobs`)
:Gives: an append-only journal sealed into a chain (:mod:`sealing`), each piece of news handed once to each handler,
    and jobs that resume after a kill where they stopped
:States: an entry is written → sealed. News is waiting → delivered, or waiting again after a failure.
    A job is running → done | failed; a step is open → done
"""
