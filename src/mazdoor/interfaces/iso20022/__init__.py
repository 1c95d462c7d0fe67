"""ISO 20022: payment files out (pain.001), status reports (pain.002) and statements (camt.053) in, and their transport.

Everything is a stream: a file of a million payments needs no more memory than one of ten. Amounts are whole paisa on our
side and exact decimals on the wire. The wire's own words (``EndToEndId``, ``MsgId``) stay in this folder.

- :mod:`~mazdoor.interfaces.iso20022.pain001` ``write_payment_file``
- :mod:`~mazdoor.interfaces.iso20022.pain002` ``read_status_report``
- :mod:`~mazdoor.interfaces.iso20022.camt053` ``read_statement``, ``read_statement_header``
- :mod:`~mazdoor.interfaces.iso20022.bank_files` sends files and fetches reports over HTTP
- :mod:`~mazdoor.interfaces.iso20022.rail` all of it as the one port the payments room sees
"""
