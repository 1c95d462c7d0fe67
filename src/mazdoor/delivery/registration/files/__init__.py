"""Files of people: CSV and XLSX lists taken into the register, each row checked, the bad ones returned with reasons.

*Question:* whom does this file name, and which of its rows can be registered as they are?
*Takes:* a file, and which of its columns answers which question (the template needs no saying).
*Gives:* registered households, as `services.submit` would have written them; likely duplicates, flagged; the refused rows in a
file of the same kind, each reason beside its cell; how far it is, at any moment.
*States:* sent → confirmed → done; or refused, as a whole, before anything was entered.

====================  =========================================================================
`reading`, `sheets`   what a file is; its rows as texts; guards against bombs
`staging`             its rows laid down in DuckDB, grouped into households
`columns`             which column answers which question
`cells`, `checks`     every row held against the questionnaire, set by set
`preparing`           sealed, indexed, keyed columns
`entering`            into every table of the register, duplicates flagged
`chunks`              rows on their way into the register, several sessions in turn
`findings`            what was found in them
`importing`           one file from its bytes to the end, resumable
`interruptions`       what may stop it that is no fault of the file
`returning`           the refused rows with their reasons
`template`            the file to fill in
====================  =========================================================================
"""
