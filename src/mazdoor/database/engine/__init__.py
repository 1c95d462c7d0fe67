"""Django's PostgreSQL engine, with one question fewer at every request (see ``base``)."""
