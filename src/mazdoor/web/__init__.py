"""Web: what does an officer or a worker see?

Takes   selectors and services of every room; nothing else (no tables of other rooms, no SQL).
Gives   pages in English and Urdu, complete without JavaScript and quicker with it; CSV of every list.
Folders one for each subject somebody comes for, with views, forms and words; all addresses are in ``urls``.
        Officers: ``signin``, ``home``, ``registry`` (search, a person, why, history, the wizard), ``files`` (lists), ``interests``
        (asked by SMS), ``changes`` (of the record, recertification), ``cards``, ``queues`` (verification, accounts, wages,
        contributions, enrolment), ``duplicates``, ``programmes``, ``reforms``, ``payrolls``, ``reconciliation``, ``cases``,
        ``coverage``, ``fieldwork`` (devices, and the page they fill forms on), ``clients`` (other systems). ``worker``: what a
        worker sees of the own record. Shared: ``shell`` (the frame around a page), ``chain`` (the ribbon), ``tables``, ``forms``,
        ``states`` (the word of each state), ``officers``, ``formats``.

Every page answers three questions without a click (what is this, what next, why) and runs in one transaction as the
officer who asked, so PostgreSQL itself hides the people of other areas.
"""
