"""The feed reader reads on its schedule, spares unchanged files, and sells what the accepted rows say."""

import pytest

from tests.support.letzshop_sandbox import running_sandbox

HEADER = (
    "id\ttitle\tprice\tdescription\tproduct_type\tavailability\timage_link\tidentifier_exists\t"
    "atalanda:tax_rate\tatalanda:quantity\n"
)


def row(sku, quantity, price="2.00", title="T"):
    stock = "in stock" if quantity else "out of stock"
    return f"{sku}\t{title}\t{price}\td\tHome\t{stock}\thttps://i\tfalse\t17\t{quantity}\n"


@pytest.fixture
async def sandbox(tmp_path):
    async with running_sandbox(files={"mine.csv": tmp_path / "mine.csv"}) as running:
        await running.vendor()
        running.file = tmp_path / "mine.csv"
        running.file.write_text(HEADER + row("A", 5) + row("B", 0))
        yield running


async def watch(sandbox, every=900, language="fr", name="mine.csv"):
    said = {"language": language, "url": f"{sandbox.url}/letzshop/feeds/{name}", "every": every}
    return await sandbox.control("letzshop/feeds", said)


async def stock(sandbox):
    return {item["sku"]: item["quantity"] for item in await sandbox.control("letzshop/stock")}


async def test_a_feed_is_read_on_its_schedule_and_an_unchanged_file_costs_a_304(sandbox):
    await watch(sandbox)
    await sandbox.advance(899)
    assert await sandbox.ledger("feed_read") == []
    await sandbox.advance(2)
    assert await stock(sandbox) == {"A": 5, "B": 0}
    await sandbox.advance(1800)
    reads = await sandbox.ledger("feed_read")
    assert [(e["status"], e["outcome"]) for e in reads] == [(200, "applied"), (304, "unchanged"), (304, "unchanged")]
    assert (reads[0]["rows"], reads[0]["accepted"], reads[0]["changed"]) == (2, 2, 2)
    assert [e["status"] for e in await sandbox.ledger("feed_served")] == [200, 304, 304]


async def test_a_changed_row_changes_what_is_sold_and_bad_rows_change_nothing(sandbox):
    await watch(sandbox, every=None)
    await sandbox.control("letzshop/feeds/read", {})
    sandbox.file.write_text(HEADER + row("A", 3) + row("B", 7, price="1,99"))
    (read,) = await sandbox.control("letzshop/feeds/read", {"language": "fr"})
    assert (read["accepted"], read["rejected"], read["changed"]) == (1, 1, 1)
    assert read["problems"][0]["line"] == 3
    assert read["problems"][0]["field"] == "price"
    assert await stock(sandbox) == {"A": 3, "B": 0}


@pytest.mark.parametrize(("switch", "left"), [("keep", {"A": 5, "B": 0}), ("zero", {"A": 0, "B": 0})])
async def test_rows_that_vanish_stay_for_sale_or_not_by_switch(sandbox, switch, left):
    await sandbox.control("letzshop/switches", {"missing_rows": switch}, method="PATCH")
    await watch(sandbox)
    await sandbox.control("letzshop/feeds/read", {})
    sandbox.file.write_text(HEADER + row("B", 0, price="9.00"))
    await sandbox.control("letzshop/feeds/read", {})
    assert await stock(sandbox) == left


async def test_a_file_that_is_none_or_missing_leaves_everything_as_it_was(sandbox):
    await watch(sandbox)
    await sandbox.control("letzshop/feeds/read", {})
    sandbox.file.write_text("")
    await sandbox.control("letzshop/feeds/read", {})
    sandbox.file.unlink()
    await sandbox.control("letzshop/feeds/read", {})
    assert [e["outcome"] for e in await sandbox.ledger("feed_read")] == ["applied", "refused", "failed"]
    assert await stock(sandbox) == {"A": 5, "B": 0}


async def test_a_second_language_adds_its_texts(sandbox):
    await watch(sandbox)
    async with sandbox.session.put(
        f"{sandbox.url}/control/letzshop/files/de.csv", data=(HEADER + row("A", 5, title="Ding")).encode()
    ) as response:
        assert response.status == 200
    await watch(sandbox, language="de", name="de.csv")
    await sandbox.control("letzshop/feeds/read", {})
    products = (await sandbox.data("{ products { nodes { name { fr de } } } }"))["products"]["nodes"]
    assert {"fr": "T", "de": "Ding"} in [product["name"] for product in products]


async def test_a_served_file_honours_both_validators(sandbox):
    url = f"{sandbox.url}/letzshop/feeds/mine.csv"
    async with sandbox.session.get(url) as response:
        etag, modified = response.headers["ETag"], response.headers["Last-Modified"]
        assert response.content_type == "text/csv"
    for header, status in (
        ({"If-None-Match": etag}, 304),
        ({"If-Modified-Since": modified}, 304),
        ({"If-None-Match": '"x"'}, 200),
    ):
        async with sandbox.session.get(url, headers=header) as response:
            assert response.status == status
    async with sandbox.session.get(f"{sandbox.url}/letzshop/feeds/none.csv") as response:
        assert response.status == 404


async def test_a_served_file_can_be_made_to_fail(sandbox):
    await sandbox.fault("status", "feed", status=503)
    async with sandbox.session.get(f"{sandbox.url}/letzshop/feeds/mine.csv") as response:
        assert response.status == 503


async def test_selling_lowers_what_is_for_sale_until_the_feed_says_otherwise(sandbox):
    await watch(sandbox)
    await sandbox.control("letzshop/feeds/read", {})
    await sandbox.place({"sku": "A", "quantity": 4})
    assert (await stock(sandbox))["A"] == 1
    sandbox.file.write_text(HEADER + row("A", 5, title="again"))
    await sandbox.control("letzshop/feeds/read", {})
    assert (await stock(sandbox))["A"] == 5
