"""The migrations, in the order of their first number. Drafted by `migrations/draft.py`, then read by a person."""
