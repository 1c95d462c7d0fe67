"""Payrolls: prepared, approved and released by three different persons, each on a page that says what is next."""
