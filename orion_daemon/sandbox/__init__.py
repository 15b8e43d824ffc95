"""Stand-ins for the vendors: a process of their own that shares no code with Orion.

A vendor's server is the only thing that knows what truly happened, so everything that matters is written to a ledger
here and can be compared with what Orion believes. `server` puts the parts together, `control` steers them; `letzshop`,
`amazon` and `ebay` are marketplaces, `codeswholesale` a supplier; each vendor mounts its routes under its own name.
"""
