"""Plain values everything else is built from: identifiers, money, periods, sealed values, refusals. No Django here."""
