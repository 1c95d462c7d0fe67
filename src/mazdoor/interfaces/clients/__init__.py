"""Other systems: which of them may ask or send, what may they see, and how do we know it is they?

Takes   an administrator's registration of a system: its scopes, the purposes it may ask for, its areas, its keys.
Gives   short-lived bearer tokens (OAuth2 client credentials), a transaction that sees only what the system may see
        (:func:`services.acting_as_client`), our published keys, and detached signatures made and verified.
States  active → revoked. A revoked system's tokens end at once; it is never deleted, because acts refer to it.

The wires :mod:`mazdoor.interfaces.dci` and :mod:`mazdoor.interfaces.rest` stand on this.
"""
