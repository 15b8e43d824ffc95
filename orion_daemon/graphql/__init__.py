"""The gateway: what frontends and scripts see of Orion, at `/graphql` and beside it.

A request walks `server.py` (routes) → `view.py` (HTTP and WebSocket) → `schema.py` (all nouns) → a noun's file →
`services`. No SQL here, and no row leaves as it is: `rows.py` makes types of them. Names, ids, errors and paging are
fixed for the outside; the exported `schema.graphql` is tested to be equal.
"""
