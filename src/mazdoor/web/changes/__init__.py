"""Changes of the record: asked for on a person's page, previewed, decided by a second person; and recertification."""
