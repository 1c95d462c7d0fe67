"""The command line: one word per verb."""
