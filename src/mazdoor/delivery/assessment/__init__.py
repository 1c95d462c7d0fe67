"""Assessment: what are their needs and rights?

Takes   a frozen, pseudonymous snapshot of the register and the rules in force at a date.
Gives   Assessment: for each unit what the rules say, the amount, and the clause that decided.
States  a snapshot is taken, then frozen; a run is started, then finished or stopped.

It computes and never decides. A rule that cannot be evaluated stops the run; nobody is skipped and nothing guessed.
"""
