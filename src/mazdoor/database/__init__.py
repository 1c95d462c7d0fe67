"""PostgreSQL: where it lives, who signs in, how rows move in bulk.

:Question: where is the database, is it running, and does it hold what this version of the programme expects?
:Takes: a home folder (``MAZDOOR_HOME``) or the address of an external server (``MAZDOOR_DATABASE_URL``)
:Gives: a running server with two roles (``mazdoor_owner`` migrates, ``mazdoor_app`` works and owns nothing), the
    tables and read views of every room, and fast ways in and out for many rows
:States: absent → stopped ⇄ running; a killed server is found and started again by the next command
"""
