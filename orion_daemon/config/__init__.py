"""orion.toml: what an operator decides, typed, checked and explained.

A file walks through here once per start or reload: `positions` finds where each key stands, `walker` turns tables into
the frozen sections (one file each), `rules` looks across sections, `loader` puts it together and raises every mistake
at once. `check` looks at what lies outside the file: secrets, files, the machine. `reference`, `json_schema` and
`render` write the sections out again: for operators, for editors, for a screen.
Guarantee: a `Settings` that exists is complete, comparable and hashable, and holds no secret.
"""
