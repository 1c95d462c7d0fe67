"""The registry card: what a worker can show of being registered, and what anybody can check without us.

Question  Is this card ours, whose is it, and does it still hold?
Takes     a person on the register, and why a card is made (first, lost, damaged, changed, expired).
Gives     a PDF of both sides or of a sheet of many; in its QR a CWT with IANA claim 169, signed by COSE; the public keys and
          a signed list of revoked cards, which a verifier downloads once and then checks cards without a network.
States    live → replaced | revoked. Expiry is a date, not a state.

`base45`, `tokens` (the wire) · `keys` (signing keys, outside the database) · `status` (the list of revoked cards) ·
`face` (what is printed) · `fonts`, `printing` (Typst) · `reading`, `checking` (from a picture to a verdict).
The choices and what they leave open: docs/adr/0020.
"""
