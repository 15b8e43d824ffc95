"""The stand-in for Amazon's Selling Partner API: true to its documents, with a memory, and with malice on command.

`operations` lists what it can do, `control` how it is steered, `marketplace` puts the parts together.
"""
