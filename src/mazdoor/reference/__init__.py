"""Reference: which places, occupations, industries and banks are there?

Question
    What does this code stand for, where is it, and was it there on that date?
Takes
    Our own lists of areas, occupations (ISCO-08), banks and mobile prefixes, each row with its source and how far it
    was verified; industries (ISIC revision 4); an official boundary file.
Gives
    Area, AreaBoundary, Occupation, Industry, Bank, MobilePrefix, and the read views ``reference.*``.
States
    None. An area is valid from and to a date: districts are made and abolished.

Area codes are the P-codes of OCHA's Common Operational Datasets and form a prefix tree: PK, PK6 (a province), PK603
(a district), PK60301 (a tehsil). A division has no P-code; it carries a code of ours (``PK6-LAHORE``) beside the tree.
"""
