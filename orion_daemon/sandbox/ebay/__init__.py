"""The eBay stand-in, written from eBay's documents; `marketplace` is its door, `control` steers it."""
