"""Tools of those who change Mazdoor: checks, mending, generated documents."""
