"""A virus scanner that is none: it speaks the wire of clamd and knows one virus, the harmless EICAR test string.

Two doors of one process: clamd's own protocol over TCP (``zPING``, ``zVERSION``, ``zINSTREAM``; ``clamd_port`` in the address
file), and over HTTP the faults, as every sandbox has them. What can go wrong with a scan: ``scan.down`` (hangs up without a
word), ``scan.late``, ``scan.time_out`` (holds the line and hangs up), ``scan.cut_off`` (half an answer), ``scan.error``.
A stream over ``--most-bytes`` is answered as clamd does: ``INSTREAM size limit exceeded. ERROR``.
"""
