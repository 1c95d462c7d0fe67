"""Law as data: instruments, dated parameters, rules, programmes and cases, one folder per country.

YAML only, no Python. What a document may say is published in ``mazdoor/rules/schema``; ``mazdoor rules check`` reads it.
"""
