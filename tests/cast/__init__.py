"""A fixed cast of invented people for tests of every room."""
