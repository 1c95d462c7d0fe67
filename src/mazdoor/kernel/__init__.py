"""Plain values everything else is built from: identifiers, money, periods, names in two scripts, sealed values, refusals.

No Django here.
"""
