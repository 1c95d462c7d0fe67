"""Reconciliation: does the money add up, and what must a person look at?"""
