"""The durable mailbox: a command is a row, and every row ends as done, refused, cancelled or dead with its reason (G5).

A service puts jobs in the transaction of the change that caused them (`mailbox.py`); the process that holds the
account's lease (`leases.py`) claims and runs them (`runner.py`); what a failure means is decided in `retry.py`; what a
vanished process left behind is found by `maintenance.py`. Life of a job: `states.py`. What jobs there are: `kinds.py`.
"""
