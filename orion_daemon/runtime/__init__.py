"""The actor machinery: time, tasks, mailboxes, actors and their supervision, limits, the event bus.

Nothing here knows what Orion is about: no module imports another room, so each can be read and tested alone.
Begin with `actor.py` (what one writes), then `supervisor.py` (what keeps it alive).
"""
