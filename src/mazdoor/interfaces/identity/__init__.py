"""The identity authority's wire: JSON over HTTP, in batches. :class:`~mazdoor.interfaces.identity.client.IdentityClient`
implements ``verification.ports.IdentityAuthority``."""
