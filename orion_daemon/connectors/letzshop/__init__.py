"""Letzshop, the marketplace of Luxembourg, in both wire forms: the platform's shipments and units, and whole orders.

`connector` answers Orion's questions and knows which form is spoken; `shipments` and `orders` are the two forms;
`client` makes one GraphQL call; `schemas` are its documents, `mapping` turns them into Orion's words; `names` is the
one place for everything that is guessed about the platform. What is certain and what is not: `checklist.yaml`.
"""
