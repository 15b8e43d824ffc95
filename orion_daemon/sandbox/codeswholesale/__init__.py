"""A stand-in for CodesWholesale, written from its manual: price list, orders, codes, postbacks, and a ledger."""
