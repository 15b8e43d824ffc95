"""What the daemon says about itself: log lines, numbers, health; and what it must never say.

Every log line passes `redaction` on its way through `logs`; `metrics` counts and times, labelled by store and
marketplace only; `health` turns facts into the documents behind /healthz, /readyz and /health/marketplace-integrations.
`thresholds` is the one table of when a number is an alarm. Nothing here knows settings, storage or vendors.
"""
