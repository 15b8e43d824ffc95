"""The import rules of the house are contracts of import-linter; this runs them with the other tests."""

from importlinter import cli


def test_the_rooms_import_only_what_lies_below_them(capsys) -> None:
    verdict = cli.lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert verdict == 0, capsys.readouterr().out
