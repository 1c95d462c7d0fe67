"""The chain: eleven rooms, each one link, imported in this order and never backwards.

registration → verification → deduplication → accounts → wages → contributions → assessment → enrolment → payments →
reconciliation → reporting. Each room's package docstring is its card: question, takes, gives, states.
"""
