"""An SMS gateway that does not exist.

``POST /messages`` ``{messages: [{id, to, text}]}`` → 202 with how each stands (``accepted``, or ``refused`` with a
reason; the same id again changes nothing); ``GET /reports?after=<n>`` delivery reports in the order they came;
``GET /messages/<id>`` what was sent; ``GET /phones/<number>`` what lies on one telephone, in the order it came, so that a
test, or whoever tries the demonstration, can read it like its holder would.

``POST /phones/<number>/send`` ``{text}`` is somebody sending an SMS: it is handed on as Kannel's post-url does
(``--callback``), again until it is answered with 200; on purpose twice (``incoming.twice``) or late (``incoming.late``).
"""
