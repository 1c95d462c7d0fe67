"""An SMS gateway that does not exist.

``POST /messages`` ``{messages: [{id, to, text}]}`` → 202 with how each stands (``accepted``, or ``refused`` with a
reason; the same id again changes nothing); ``GET /reports?after=<n>`` delivery reports in the order they came;
``GET /messages/<id>`` what was sent, so a test can read it like the person would.
"""
