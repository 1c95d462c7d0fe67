"""Registry cards on screen: a person's cards, an office's sheets, and the public page where anybody checks one."""
