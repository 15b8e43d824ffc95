"""Files from vendors: whole or not at all, and only when they changed."""

import hashlib
from pathlib import Path

import pytest
from aiohttp import web

from orion_daemon.connectors.errors import AuthRefused, Rejected, Unreachable, VendorError
from orion_daemon.connectors.record import RequestRecord
from tests.support.vendor_server import answers, cuts, http_client, streams, vendor_server

FEED = "id\ttitle\n1\tTasse bleue\n"


async def test_a_file_is_stored_with_its_hash_and_validators(tmp_path: Path) -> None:
    progress: list[tuple[int, int | None]] = []
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(answers(FEED, ETag='"7"', Last_Modified="Mon, 02 Mar 2026 12:00:00 GMT"))
        found = await http.account("letzshop", "a:letzshop").download(
            vendor.url,
            tmp_path / "feed.csv",
            max_bytes=1000,
            on_progress=lambda so_far, total: progress.append((so_far, total)),
        )
    assert (tmp_path / "feed.csv").read_text() == FEED
    assert (found.status, found.etag, found.bytes) == ("fetched", '"7"', len(FEED))
    assert found.sha256 == hashlib.sha256(FEED.encode()).hexdigest()
    assert found.content_length_matches is True
    assert progress == [(len(FEED), len(FEED))]
    assert vendor.seen[0].method == "GET"


async def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    dest = tmp_path / "feed.csv"
    dest.write_text("old")
    records: list[RequestRecord] = []
    async with vendor_server() as vendor, http_client(records) as http:

        async def unchanged(_: web.Request) -> web.StreamResponse:
            return web.Response(status=304)

        vendor.will(unchanged)
        found = await http.account("letzshop", "a:letzshop").download(
            vendor.url, dest, etag='"7"', last_modified="Mon, 02 Mar 2026 12:00:00 GMT", max_bytes=1000
        )
    assert (found.status, found.etag, dest.read_text()) == ("not_modified", '"7"', "old")
    assert vendor.seen[0].headers["If-None-Match"] == '"7"'
    assert vendor.seen[0].headers["If-Modified-Since"] == "Mon, 02 Mar 2026 12:00:00 GMT"
    assert [record.outcome for record in records] == ["not_modified"]


async def test_a_transfer_that_ends_early_is_fetched_again(tmp_path: Path) -> None:
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(cuts(FEED), answers(FEED))
        found = await http.account("letzshop", "a:letzshop").download(vendor.url, tmp_path / "f", max_bytes=1000)
    assert (found.bytes, (tmp_path / "f").read_text()) == (len(FEED), FEED)


async def test_a_transfer_that_always_ends_early_leaves_the_old_file(tmp_path: Path) -> None:
    dest = tmp_path / "feed.csv"
    dest.write_text("old")
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(*[cuts(FEED)] * 3)
        with pytest.raises(Unreachable) as caught:
            await http.account("letzshop", "a:letzshop").download(vendor.url, dest, max_bytes=1000)
    assert caught.value.code == "cut_short"
    assert [path.name for path in tmp_path.iterdir()] == ["feed.csv"]
    assert dest.read_text() == "old"


@pytest.mark.parametrize("reply", [answers("x" * 2000), streams(1024 * 1024)])
async def test_a_file_beyond_the_limit_is_given_up_and_nothing_stays(tmp_path: Path, reply: object) -> None:
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(reply)  # type: ignore[arg-type]
        with pytest.raises(Rejected) as caught:
            await http.account("letzshop", "a:letzshop").download(vendor.url, tmp_path / "f", max_bytes=1000)
    assert caught.value.code == "too_large"
    assert not list(tmp_path.iterdir())


async def test_a_redirect_is_followed_without_a_credential_and_refused_with_one(tmp_path: Path) -> None:
    async with vendor_server() as vendor, http_client() as http:
        account = http.account("letzshop", "a:letzshop")
        vendor.will(answers("", 302, Location="/elsewhere.csv"), answers(FEED))
        await account.download(vendor.url, tmp_path / "f", max_bytes=1000)
        assert [seen.path for seen in vendor.seen] == ["/graphql", "/elsewhere.csv"]
        vendor.will(answers("", 302, Location="/elsewhere.csv"))
        with pytest.raises(Rejected):
            await account.download(vendor.url, tmp_path / "f", max_bytes=1000, headers={"Authorization": "Bearer x"})
        assert len(vendor.seen) == 3


@pytest.mark.parametrize("target", ["http://shop.example.lu/feed.csv", "ftp://shop.example.lu/", "http://[::bad/"])
async def test_a_redirect_to_where_nothing_may_be_sent_is_refused(tmp_path: Path, target: str) -> None:
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(answers("", 302, Location=target))
        with pytest.raises(Rejected):
            await http.account("letzshop", "a:letzshop").download(vendor.url, tmp_path / "f", max_bytes=1000)


async def test_a_ring_of_redirects_ends(tmp_path: Path) -> None:
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(*[answers("", 302, Location="/graphql")] * 10)
        with pytest.raises(Rejected):
            await http.account("letzshop", "a:letzshop").download(vendor.url, tmp_path / "f", max_bytes=1000)
        assert len(vendor.seen) == 5


@pytest.mark.parametrize(("status", "family"), [(401, AuthRefused), (404, Rejected), (500, Unreachable)])
async def test_refusals_fall_into_the_families(tmp_path: Path, status: int, family: type[VendorError]) -> None:
    async with vendor_server() as vendor, http_client(tries=1) as http:
        vendor.will(answers("", status))
        with pytest.raises(family):
            await http.account("letzshop", "a:letzshop").download(vendor.url, tmp_path / "f", max_bytes=1000)
