"""How the rooms are put together: settings, addresses, and which wire answers which port."""
