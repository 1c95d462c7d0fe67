"""Pakistan's social-protection law as data."""
