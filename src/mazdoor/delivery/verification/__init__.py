"""Verification: is what they told us so?

Takes   a claim (who someone is, what they do, where they live) and asks: the identity authority by wire, a verifier
        by hand.
Gives   Verification with its evidence, the wealth profile other registers hold, and Discrepancy where answer and claim
        part: a discrepancy is opened for a person to decide, nothing on the register is overwritten.
States  a request waits until it is answered (a service that is down delays it, it never fails) or withdrawn; a
        discrepancy is open until resolved or dismissed.

At most one person holds a live identity match for one CNIC: a second is *contested*, and waits for deduplication.
"""
