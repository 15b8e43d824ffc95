"""Orion keeps a merchant's stores, marketplaces and key suppliers in step.

The rooms, who may import whom and the promises G1-G10: docs/architecture.md.
"""

__version__ = "0.1.0"
