"""Simulation: what if? Reforms of law tried over snapshots: who gains, who loses, what it costs.

It stands on rules and knows no Django.
"""
