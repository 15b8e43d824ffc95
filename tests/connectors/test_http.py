"""The one way out to vendors, against real servers on this machine."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orion_daemon.connectors.errors import (
    AuthRefused,
    Doubtful,
    Malformed,
    RateLimited,
    Rejected,
    Unreachable,
    VendorError,
)
from orion_daemon.connectors.http import Answer, Http, Request
from orion_daemon.connectors.record import RequestRecord, correlation
from orion_daemon.connectors.session import HttpOptions, allowed
from orion_daemon.runtime.clock import ManualClock, SystemClock
from orion_daemon.runtime.limiter import LimiterGroup
from orion_daemon.runtime.quota import Quota
from tests.support.vendor_server import Reply, answers, cuts, drops, hangs, http_client, streams, vendor_server

KEY = "s3cr3t-key"


def body(answer: Answer) -> bytes:
    return answer.body


def request(url: str, **how: object) -> Request:
    return Request("op", url, b"{}", bearer=KEY, **how)  # type: ignore[arg-type]


async def outcome(reply: Reply, *, mutates: bool, **options: object) -> tuple[VendorError, int]:
    """What one reply, repeated as often as it is asked for, is taken for; and how often that was."""
    async with vendor_server() as vendor, http_client(**options) as http:
        vendor.will(*[reply] * 5)
        with pytest.raises(VendorError) as caught:
            await http.account("letzshop", "a:letzshop").call(request(vendor.url, mutates=mutates), body)
        return caught.value, len(vendor.seen)


async def test_a_call_carries_its_body_its_key_and_our_name() -> None:
    async with vendor_server() as vendor, http_client(user_agent="Orion/test") as http:
        vendor.will(answers({"ok": 1}))
        assert await http.account("letzshop", "a:letzshop").call(request(vendor.url), body) == b'{"ok": 1}'
        seen = vendor.seen[0]
        assert (seen.method, seen.path, seen.body) == ("POST", "/graphql", b"{}")
        assert seen.headers["Authorization"] == f"Bearer {KEY}"
        assert seen.headers["User-Agent"] == "Orion/test"


@pytest.mark.parametrize(
    ("reply", "family", "tries"),
    [
        (drops(), "unreachable", 3),
        (cuts('{"data": "0123456789"}'), "unreachable", 3),
        (answers("<html>", 502), "unreachable", 3),
        (answers({}, 401), "auth_refused", 1),
        (answers({}, 403), "auth_refused", 1),
        (answers({}, 404), "rejected", 1),
        (answers("", 302, Location="https://elsewhere.example/"), "rejected", 1),
        (answers({}, 429), "rate_limited", 1),
        (streams(4 * 1024 * 1024), "malformed", 1),
    ],
)
async def test_a_read_is_repeated_when_only_that_can_help(reply: Reply, family: str, tries: int) -> None:
    error, seen = await outcome(reply, mutates=False, max_response=1024 * 1024)
    assert (error.family, seen) == (family, tries)


@pytest.mark.parametrize(
    "reply", [drops(), cuts('{"data": "0123456789"}'), answers("<html>", 502), streams(4 * 1024 * 1024)]
)
async def test_a_change_that_may_have_taken_effect_is_doubtful_and_never_repeated(reply: Reply) -> None:
    error, seen = await outcome(reply, mutates=True, max_response=1024 * 1024)
    assert isinstance(error, Doubtful)
    assert seen == 1


@pytest.mark.parametrize(("mutates", "family"), [(False, Unreachable), (True, Doubtful)])
async def test_a_server_that_does_not_answer_is_given_up(mutates: bool, family: type[VendorError]) -> None:
    done = asyncio.Event()
    async with vendor_server() as vendor, http_client(call_timeout=0.05, tries=1) as http:
        vendor.will(hangs(done.wait()))
        with pytest.raises(family) as caught:
            await http.account("letzshop", "a:letzshop").call(request(vendor.url, mutates=mutates), body)
        done.set()
    assert caught.value.code == "timeout"


async def test_a_change_that_was_never_sent_is_not_doubtful(unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/"
    async with http_client() as http:
        with pytest.raises(Unreachable) as caught:
            await http.account("letzshop", "a:letzshop").call(request(url, mutates=True), body)
    assert caught.value.code == "no_connection"


async def test_an_answer_with_a_stated_length_beyond_the_limit_is_not_read() -> None:
    error, _ = await outcome(answers("x" * 2000), mutates=False, max_response=1000)
    assert isinstance(error, Malformed)
    assert "2000" in error.message


@pytest.mark.parametrize("url", ["http://letzshop.lu/graphql", "http://192.168.1.7/", "ftp://letzshop.lu/", "nonsense"])
async def test_a_key_is_never_sent_in_the_clear_to_another_machine(url: str) -> None:
    async with http_client() as http:
        with pytest.raises(Rejected) as caught:
            await http.account("letzshop", "a:letzshop").call(request(url), body)
    assert caught.value.code in ("plain_http", "bad_url")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8090/", "http://localhost/", "http://[::1]/", "https://letzshop.lu/"]
)
def test_https_and_this_machine_are_allowed(url: str) -> None:
    assert str(allowed(url)) == url


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine that signed itself, and the server side that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return public, context


async def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    public, context = certificate(tmp_path)
    seen: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return web.Response(text="{}")

    app = web.Application()
    app.router.add_post("/", handle)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=context)
    url = str(server.make_url("/"))
    async with http_client() as strict, http_client(ca_file=public) as trusting:
        with pytest.raises(Unreachable) as caught:
            await strict.account("letzshop", "a:letzshop").call(request(url, mutates=True), body)
        assert (caught.value.code, seen) == ("certificate", [])
        assert await trusting.account("letzshop", "a:letzshop").call(request(url), body) == b"{}"
    await server.close()


async def test_no_error_shows_the_key_or_the_answer() -> None:
    for reply in (answers(f"<html>{KEY} jeanne@example.lu", 500), answers({"key": KEY}, 400)):
        error, _ = await outcome(reply, mutates=False)
        assert KEY not in f"{error} {error!r} {error.__cause__!r}"
        assert "example.lu" not in str(error)
    assert KEY not in repr(request("https://letzshop.lu/"))


async def test_a_short_wish_for_a_pause_is_honoured_within_the_call() -> None:
    clock = ManualClock()
    async with vendor_server() as vendor, http_client(clock=clock, patience=10) as http:
        limiter = LimiterGroup(clock, account=Quota(100))
        vendor.will(answers({}, 429, Retry_After="7"), answers({"ok": 1}))
        call = asyncio.create_task(http.account("letzshop", "a:letzshop", limiter).call(request(vendor.url), body))
        while not clock.timers:
            await asyncio.sleep(0)
        assert limiter.delay() == pytest.approx(7)
        await clock.advance(6)
        assert not call.done()
        await clock.advance(2)
        assert await call == b'{"ok": 1}'


async def test_a_long_wish_for_a_pause_is_handed_up_and_blocks_the_account() -> None:
    clock = ManualClock()
    async with vendor_server() as vendor, http_client(clock=clock, patience=10) as http:
        limiter = LimiterGroup(clock, account=Quota(100))
        account = http.account("letzshop", "a:letzshop", limiter)
        vendor.will(answers({}, 429, Retry_After="600"))
        for _ in range(2):
            with pytest.raises(RateLimited) as caught:
                await account.call(request(vendor.url), body)
            assert caught.value.retry_after == pytest.approx(600)
        assert len(vendor.seen) == 1
        assert caught.value.code == "quota_spent"


async def test_the_pause_before_another_try_is_bounded_by_patience() -> None:
    clock = ManualClock()
    async with vendor_server() as vendor, http_client(clock=clock, patience=10) as http:
        vendor.will(answers({}, 503, Retry_After="11"))
        with pytest.raises(Unreachable) as caught:
            await http.account("letzshop", "a:letzshop").call(request(vendor.url), body)
    assert caught.value.retry_after == 11


async def test_after_failures_in_a_row_no_call_is_made_until_the_pause_is_over() -> None:
    clock = ManualClock()
    async with vendor_server() as vendor, http_client(clock=clock, tries=1, breaker_failures=2) as http:
        account = http.account("letzshop", "a:letzshop")
        vendor.will(answers({}, 500), drops(), answers({"ok": 1}))
        for _ in range(2):
            with pytest.raises(Unreachable):
                await account.call(request(vendor.url), body)
        with pytest.raises(Unreachable) as caught:
            await account.call(request(vendor.url), body)
        assert (caught.value.code, caught.value.retry_after, len(vendor.seen)) == ("circuit_open", 60.0, 2)
        assert (
            "2 calls in a row failed, the last with connection_broken, so none is made for 60 s" in caught.value.message
        )
        await clock.advance(60)
        assert await account.call(request(vendor.url), body) == b'{"ok": 1}'


async def test_an_open_breaker_hurts_no_other_account() -> None:
    async with vendor_server() as vendor, http_client(tries=1, breaker_failures=1) as http:
        vendor.will(answers({}, 500), answers({"ok": 1}))
        with pytest.raises(Unreachable):
            await http.account("letzshop", "a:letzshop").call(request(vendor.url), body)
        assert await http.account("letzshop", "b:letzshop").call(request(vendor.url), body) == b'{"ok": 1}'


async def test_refusals_do_not_open_the_breaker() -> None:
    async with vendor_server() as vendor, http_client(breaker_failures=1) as http:
        account = http.account("letzshop", "a:letzshop")
        vendor.will(*[answers({}, 401)] * 3)
        for _ in range(3):
            with pytest.raises(AuthRefused):
                await account.call(request(vendor.url), body)
        assert len(vendor.seen) == 3


async def test_one_call_is_in_flight_at_a_time() -> None:
    running, most = 0, 0
    gate = asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1
        return web.Response(text="{}")

    async with vendor_server() as vendor, http_client() as http:
        vendor.will(*[slow] * 4)
        account = http.account("letzshop", "a:letzshop", in_flight=1)
        calls = [asyncio.create_task(account.call(request(vendor.url), body)) for _ in range(4)]
        while not running:
            await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*calls)
    assert most == 1


async def test_every_attempt_leaves_a_record_without_bodies_and_keys() -> None:
    records: list[RequestRecord] = []
    async with vendor_server() as vendor, http_client(records) as http:
        vendor.will(answers({}, 503), answers({"ok": 1}))
        token = correlation.set("job-7")
        await http.account("letzshop", "a:letzshop").call(request(vendor.url), body)
        correlation.reset(token)
    facts = [(r.operation, r.outcome, r.code, r.status, r.attempt, r.received, r.correlation_id) for r in records]
    assert facts == [
        ("op", "unreachable", "http_503", 503, 1, 0, "job-7"),
        ("op", "ok", "", 200, 2, 9, "job-7"),
    ]
    assert all(r.seconds >= 0 and KEY not in repr(r) for r in records)


async def test_a_cancelled_call_is_recorded_and_leaves_the_breaker_usable() -> None:
    records: list[RequestRecord] = []
    never = asyncio.Event()
    async with vendor_server() as vendor, http_client(records) as http:
        account = http.account("letzshop", "a:letzshop")
        vendor.will(hangs(never.wait()), answers({"ok": 1}))
        call = asyncio.create_task(account.call(request(vendor.url), body))
        while not vendor.seen:
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await account.call(request(vendor.url), body) == b'{"ok": 1}'
        never.set()
    assert [r.outcome for r in records] == ["cancelled", "ok"]


async def test_an_observer_that_fails_does_not_make_the_call_fail(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: RequestRecord) -> None:
        raise ZeroDivisionError

    async with vendor_server() as vendor:
        http = Http(SystemClock(), HttpOptions(), observer=broken)
        vendor.will(answers({"ok": 1}))
        assert await http.account("letzshop", "a:letzshop").call(request(vendor.url), body) == b'{"ok": 1}'
        await http.close()
    assert "observer" in caplog.text


async def test_what_decode_raises_takes_part_in_the_repetition() -> None:
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(answers({"ok": 0}), answers({"ok": 1}))

        def decode(answer: Answer) -> bytes:
            if b"0" in answer.body:
                raise Unreachable("not yet")
            return answer.body

        assert await http.account("letzshop", "a:letzshop").call(request(vendor.url), decode) == b'{"ok": 1}'
