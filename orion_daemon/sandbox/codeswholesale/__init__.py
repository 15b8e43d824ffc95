"""A stand-in for CodesWholesale, written from its manual: price list, orders, codes, postbacks, and a ledger.

`operations` lists what it can do, `control` how it is steered, `supplier` puts the parts together.
"""
