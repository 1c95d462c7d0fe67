"""Officers, the desks they sit at, and the areas they may see.

:Question: who is acting, may they do this, and what may they see?
:Takes: a sign-in name and password; a desk; areas as P-code prefixes (``PK6`` Punjab, ``PK603`` a district); of a worker
    a telephone, proved by a code, then a record (``workers``)
:Gives: a transaction in which the database itself knows the officer and their areas (:func:`services.acting_as`),
    and answers to "may this desk do that?" (:mod:`permissions`)
:States: active ⇄ inactive. An officer is never deleted: acts refer to them
"""
