"""What an operator types: one verb a file, each with `--json`.

One JSON document goes to standard output, logs to standard error. Exit codes: 0 fine, 1 failed, 3 an import with
rejected rows, 64 usage, 78 bad configuration, 130 interrupted. Verbs import what they need when they run, so that
`orion --help` is quick.
"""
