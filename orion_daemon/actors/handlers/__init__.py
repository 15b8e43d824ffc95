"""What an account's jobs do, one file a noun: read rows, call the vendor, hand the answer to a service.

A handler holds no state and no transaction across a call. It may run twice: what it does is either repeatable or asks
first. Vendor errors fall through to the runner, which knows their families. Which kind is done by which: `table.py`.
"""
