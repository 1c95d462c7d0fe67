"""A welfare system that does not exist: it asks the registry over DCI, and is called back.

``POST /oauth2/client/token`` gives the registry a token; ``POST /registry/on-search``, ``on-subscribe``,
``on-unsubscribe``, ``txn/on-status`` and ``notify`` take its messages, once for each message id, if they carry the token
and the registry's signature; ``GET /.well-known/jwks.json`` publishes its own keys.

``POST /admin/ask`` lets it ask: ``{registry, client_id, client_secret, path, action, message, total_count}`` → what the
registry answered. ``GET /admin/received`` what came, in the order it came, and how often each came.
"""
