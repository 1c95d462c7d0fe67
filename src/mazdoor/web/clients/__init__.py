"""Other systems: the administrator registers them, gives them secrets, and sees what waits to be sent."""
