"""Reforms: change a programme's values, see who gains and who loses on the newest snapshot, and keep it as a draft."""
