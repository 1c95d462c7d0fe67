"""Opening accounts at banks: JSON over HTTP, in batches, under idempotency keys.
:class:`~mazdoor.interfaces.bank_accounts.client.BankAccountsClient` implements ``accounts.ports.AccountProvider``."""
