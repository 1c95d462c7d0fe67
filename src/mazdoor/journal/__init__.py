"""The record of acts, news for later rooms, and work that runs behind.

:Question: who did what, when; who must hear of it; and how far is the long work?
:Takes: acts (``services.record``), news (``services.publish``), long jobs in steps (``services.job_run``)
:Gives: an append-only journal sealed into a chain (``services.seal``, ``services.verify``), each piece of news handed
    once to each handler (``services.subscribe``, ``services.deliver``), jobs that resume after a kill where they
    stopped, and a worker for what was put behind (``worker.work``)
:States: an entry is written → sealed. News is waiting → delivered, or waiting again after a failure, or stuck.
    A job is running → done | failed, and a failed or killed one runs again; a step is open → done
"""
