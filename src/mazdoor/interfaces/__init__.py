"""One folder per wire: an outside protocol, spoken exactly, with its own spelling kept inside its folder."""
