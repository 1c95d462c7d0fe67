"""The first page: the chain as it stands, and what the desk should do next."""
