"""The only code that speaks to vendors.

Begin with `base.py` (what can be asked), `errors.py` (what can go wrong) and `http.py` (the one way out); then a
vendor's folder: `connector` (the questions in Orion's words), `client` (one vendor call a function), `schemas` (the
vendor's documents), `mapping` (into Orion's words), `names` (what the vendor calls things). `registry.py` lists them.
"""
