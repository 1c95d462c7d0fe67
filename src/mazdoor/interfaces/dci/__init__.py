"""DCI: the Social Registry interface of the Digital Convergence Initiative (SPDCI), version 1.0.0, as a server.

Takes   signed envelopes of other systems: search (answered at once or by callback), subscribe, unsubscribe, status.
Gives   Person, Member and Group as the standard shapes them, only of people who agreed to the asker's purpose and live
        in its areas; notices of registrations and changes to those who subscribed.
States  an exchange is received → pending → succeeded | rejected; a posting is waiting → delivered, or waiting again
        after a failure, or stuck until an administrator sends it again, or withheld because consent ended meanwhile.
"""
