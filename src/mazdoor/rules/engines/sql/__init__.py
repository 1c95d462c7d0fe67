"""The SQL engine: one sqlglot tree for a programme, written out for DuckDB (bulk) and PostgreSQL (the counter).

Numbers are whole counts of their last place (BIGINT, or INT128 where they may be longer), so that division, rounding and
overflow mean the same everywhere. Every formula becomes a value and a list of *faults*, conditions under which it has no
value: a run first asks for faults, and stops on any.
"""
