"""Verification: is what they told us so?

Takes   a claim (who someone is, that they live, their family, telephone, business, work, home) and asks: the identity
        authority, the tax register, the register of SIM cards, each by its wire; a verifier for the rest, who looks at
        papers, visits, or hears somebody who attests.
Gives   Verification with its evidence and its end, the wealth profile other registers hold, and Discrepancy where answer
        and claim part: it is opened for a person to decide (news ``verification.discrepancy.opened``), nothing on the
        register is overwritten.
States  a request waits until it is answered (a service that is down delays it, it never fails) or withdrawn; a
        discrepancy is open until resolved, or proposed by one verifier to be dismissed and agreed to by another.

At most one person holds a live identity match for one CNIC: a second is *contested*, and waits for deduplication.
"""
