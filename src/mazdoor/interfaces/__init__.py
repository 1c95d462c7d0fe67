"""One folder per wire: an outside protocol, spoken exactly, with its own spelling kept inside its folder.

In: ``openrosa`` (tablets), ``clients``, ``rest`` and ``dci`` (other systems), ``sms``. Out: ``identity``, ``tax``, ``phones``,
``bank_accounts``, ``iso20022`` (payment files and what banks say of them), ``antivirus``. ``credentials``: cards that anybody can
check without us."""
