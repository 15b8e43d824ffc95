"""eBay by its Sell APIs: orders, parcels, stock and prices, listings, cancellations, notifications.

`connector` answers Orion's questions; `client` makes one call with the right token (`auth`), signature (`signatures`)
and quota (`limits`); `schemas` are eBay's documents, `mapping` turns orders into Orion's words; `names` is the one
place for what eBay calls by name. By noun: `orders`, `shipments`, `carriers`, `offers`, `levels`, `catalog`,
`migration`, `cancellations`, `notifications`. How a seller lets Orion in: `consent`. What is certain and what is not:
`checklist.yaml`.
"""
