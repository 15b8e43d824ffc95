"""`orion schema`: the contracts of the outside, printed: GraphQL, and what orion.toml may hold."""

import json

import click


@click.group("schema")
def command() -> None:
    """Print the GraphQL schema, or what orion.toml may hold."""


@command.command("print")
def graphql() -> None:
    """Print the GraphQL schema in its definition language."""
    from orion_daemon.graphql.schema import sdl

    click.echo(sdl(), nl=False)


@command.command("config")
@click.option("--toml", is_flag=True, help="Print a commented orion.toml with every option instead of a JSON Schema.")
def config(toml: bool) -> None:
    """Print the JSON Schema of orion.toml, for editors."""
    from orion_daemon.config.json_schema import json_schema
    from orion_daemon.config.reference import reference

    click.echo(reference() if toml else json.dumps(json_schema(), indent=2, ensure_ascii=False), nl=not toml)
