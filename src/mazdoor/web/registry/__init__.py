"""The registry's pages: search, one person, and registering a worker with household and work."""
