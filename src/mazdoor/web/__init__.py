"""Web: what does an officer or a worker see?

Takes   selectors and services of every room; nothing else (no tables of other rooms, no SQL).
Gives   pages in English and Urdu, complete without JavaScript and quicker with it; CSV of every list.
Folders one for each subject an officer comes for: ``signin``, ``home``, ``registry`` (search, person, register),
        ``duplicates``, ``programmes``, ``payrolls``, ``coverage``, ``queues``; each has views, forms and addresses.
        Shared: ``shell`` (the frame around a page), ``chain`` (the ribbon), ``tables``, ``charts``, ``formats``.

Every page answers three questions without a click (what is this, what next, why) and runs in one transaction as the
officer who asked, so PostgreSQL itself hides the people of other areas.
"""
