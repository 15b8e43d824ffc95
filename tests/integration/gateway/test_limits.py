"""What a document may cost, and what an error may say."""

from pathlib import Path

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageBusy
from orion_daemon.graphql.server import Limits
from orion_daemon.services import listings
from tests.support.gateway import serving
from tests.support.orders import line, open_shop, order

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def code(error: dict[str, object]) -> object:
    extensions = error["extensions"]
    assert isinstance(extensions, dict)
    return extensions["code"]


async def database_without_tokens(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM api_tokens")


async def test_a_deep_query_is_refused_and_the_deepest_allowed_is_not(database: Database, tmp_path: Path) -> None:
    deep = "{ stores { edges { node { channels { store { channels { store { code } } } } } } } }"  # 7 levels
    async with serving(database, tmp_path, limits=Limits(max_depth=7)) as gateway:
        await gateway.query(deep)
        error = await gateway.error(deep.replace("code", "channels { id }"))
    assert code(error) == "LIMIT_EXCEEDED"
    assert "8 levels deep" in str(error["message"])


async def test_fragments_count_where_they_are_spread(database: Database, tmp_path: Path) -> None:
    text = """
      query { stores { edges { node { ...shop } } } }
      fragment shop on Store { channels { store { ...inner } } } fragment inner on Store { channels { id } }
    """
    async with serving(database, tmp_path, limits=Limits(max_depth=5)) as gateway:
        assert code(await gateway.error(text)) == "LIMIT_EXCEEDED"


async def test_fragments_that_spread_each_other_many_times_are_measured_at_once(
    database: Database, tmp_path: Path
) -> None:
    fragments = "".join(f"fragment f{n} on Viewer {{ a{n}: name ...f{n + 1} ...f{n + 1} }} " for n in range(60))
    text = f"query {{ viewer {{ ...f0 }} }} {fragments} fragment f60 on Viewer {{ name }}"
    async with serving(database, tmp_path, limits=Limits(max_aliases=1000)) as gateway:
        assert code(await gateway.error(text)) == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    "text",
    [
        "{ viewer { " + "name " * 60 + "} }",
        "{ " + "viewer { name } " * 60 + "}",
        "{ stores { edges { node { " + "channels { marketplace } " * 60 + "} } } }",
        "{ " + "... { viewer { name } } " * 60 + "}",
        "{ " + " ".join(f"...f{n}" for n in range(60)) + " } "
        + " ".join(f"fragment f{n} on Query {{ viewer {{ name }} }}" for n in range(60)),
        "{ viewer { name } } fragment f on Viewer { " + "name " * 60 + "}",
    ],
)  # fmt: skip
async def test_a_query_that_repeats_itself_is_refused_before_its_fields_are_compared(
    database: Database, tmp_path: Path, text: str
) -> None:
    async with serving(database, tmp_path) as gateway:
        error = await gateway.error(text)
        assert code(error) == "LIMIT_EXCEEDED"
        assert "repeats itself" in str(error["message"])


async def test_a_query_may_ask_for_many_different_things(database: Database, tmp_path: Path) -> None:
    fields = "id code name currency country timezone defaultLanguage languages isActive managedBy createdAt updatedAt"
    text = f"{{ {' '.join(f'a{n}: stores {{ edges {{ node {{ {fields} ...more }} }} }}' for n in range(20))} }}"
    async with serving(database, tmp_path) as gateway:
        await gateway.query(f"{text} fragment more on Store {{ {fields} channels {{ id marketplace }} }}")


async def test_a_cycle_of_fragments_is_a_bad_query(database: Database, tmp_path: Path) -> None:
    text = "query { viewer { ...a } } fragment a on Viewer { name ...b } fragment b on Viewer { name ...a }"
    async with serving(database, tmp_path) as gateway:
        _, document = await gateway.send(text)
    assert {code(error) for error in document["errors"]} == {"BAD_QUERY"}


async def test_aliases_and_tokens_have_limits(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path, limits=Limits(max_aliases=3, max_tokens=60)) as gateway:
        await gateway.query("{ a: viewer { name } b: viewer { name } c: viewer { name } }")
        error = await gateway.error("{ a: viewer { name } b: viewer { x: name } c: viewer { name } }")
        assert code(error) == "LIMIT_EXCEEDED"
        assert code(await gateway.error("{ " + "viewer { name } " * 20 + "}")) == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("first", [0, -1, 201, 2_000_000])
async def test_a_page_is_never_larger_than_the_limit(database: Database, tmp_path: Path, first: int) -> None:
    async with serving(database, tmp_path) as gateway:
        error = await gateway.error(f"{{ orders(first: {first}) {{ totalCount }} }}")
    assert code(error) == "INVALID_VALUE"
    assert error["extensions"] == {"code": "INVALID_VALUE", "field": "first"}


async def test_the_schema_is_shown_only_where_that_is_allowed(database: Database, tmp_path: Path) -> None:
    text = "{ __schema { queryType { name } } }"
    async with serving(database, tmp_path) as gateway:
        assert (await gateway.query(text))["__schema"]["queryType"]["name"] == "Query"
        assert "Did you mean" in (await gateway.error("{ ordrs { totalCount } }"))["message"]
    await database_without_tokens(database)
    async with serving(database, tmp_path, limits=Limits(introspection=False)) as gateway:
        _, document = await gateway.send(text)
        assert {code(error) for error in document["errors"]} == {"BAD_QUERY"}
        assert "Did you mean" not in (await gateway.error("{ ordrs { totalCount } }"))["message"]
        assert (await gateway.query("{ viewer { __typename } }"))["viewer"]["__typename"] == "Viewer"


async def test_an_unexpected_failure_tells_only_a_correlation_id(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("Jeanne Exemple lives in Rue du Moulin")

    monkeypatch.setattr(listings, "page", broken)
    async with serving(database, tmp_path, new_id=lambda: "c0ffee") as gateway:
        error = await gateway.error("{ orders { totalCount } }")
    assert error["extensions"] == {"code": "INTERNAL", "correlationId": "c0ffee"}
    assert "Jeanne" not in str(error)
    assert "c0ffee" in str(error["message"])


async def test_a_busy_database_says_try_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_args: object, **_more: object) -> None:
        raise StorageBusy("locked")

    monkeypatch.setattr(listings, "page", busy)
    async with serving(database, tmp_path) as gateway:
        assert code(await gateway.error("{ orders { totalCount } }")) == "UNAVAILABLE"


async def test_a_secret_in_a_refused_input_is_not_repeated(database: Database, tmp_path: Path) -> None:
    text = "mutation($input: SetCredentialInput!) { setCredential(input: $input) { channel { id } } }"
    good = {"store": "demo", "marketplace": "letzshop", "secret": "hunter2-hunter2"}
    refused = (good | {"nonsense": "; x"}, {"secret": "hunter2"}, good | {"secret": ["hunter2"]}, "hunter2", None)
    literal = text.replace("$input: SetCredentialInput!", "$x: Int = 1").replace("input: $input", "input: {secret: %s}")
    async with serving(database, tmp_path) as gateway:
        documents = [(await gateway.send(text, {"input": wanted}))[1] for wanted in refused]
        documents += [(await gateway.send(literal % one))[1] for one in ('{hunter2: "hunter2"}', '["hunter2"]')]
    for document in documents:
        assert {code(error) for error in document["errors"]} == {"BAD_QUERY"}
        assert "hunter2" not in str(document)


async def test_times_without_a_zone_and_amounts_as_floats_are_refused(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A")))
    token = "mutation($input: CreateTokenInput!) { createToken(input: $input) { token } }"
    product = "mutation($input: CreateProductInput!) { createProduct(input: $input) { product { id } } }"
    async with serving(database, tmp_path) as gateway:
        wanted = {"name": "x", "role": "VIEWER", "expiresAt": "2027-01-01T00:00:00"}
        assert code(await gateway.error(token, {"input": wanted})) == "BAD_QUERY"
        for amount in (12.9, "12,90", "1e3", "NaN", True, ""):
            values = {"price": {"amount": amount, "currency": "EUR"}}
            error = await gateway.error(product, {"input": {"store": "demo", "sku": "B", "values": values}})
            assert code(error) == "BAD_QUERY", amount
        literal = 'mutation { createProduct(input: {store: "demo", sku: "B", values: {price: %s}}) { product { id } } }'
        bad = literal % '{amount: 12.90, currency: "EUR"}'
        assert code(await gateway.error(bad)) == "BAD_QUERY"
        good = await gateway.query(literal % '{amount: "12.90", currency: "EUR"}')
        assert good["createProduct"]["product"]


async def test_a_request_that_takes_too_long_is_ended(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio
    from datetime import timedelta

    async def endless(*_args: object, **_more: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(listings, "page", endless)
    async with serving(database, tmp_path, limits=Limits(request_timeout=timedelta(milliseconds=20))) as gateway:
        assert code(await gateway.error("{ orders { totalCount } }")) == "TIMEOUT"
