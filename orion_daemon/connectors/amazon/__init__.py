"""Amazon: the Selling Partner API as one seller's account. See `connector.py`; how certain each name is: `names.py`."""
