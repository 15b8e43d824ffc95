import io
import json
import logging

import pytest
import structlog

from orion_daemon.observability import logs
from orion_daemon.observability.redaction import REDACTED, Redactor


@pytest.fixture
def lines():
    """Logging into a buffer, and the world as it was afterwards."""
    root = logging.getLogger()
    names = [*logs.TALKATIVE, *logs.REPEATS_US, "aiohttp.access"]
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    level, handlers = root.level, list(root.handlers)
    buffer = io.StringIO()

    def read():
        return [json.loads(line) for line in buffer.getvalue().splitlines()]

    read.stream = buffer
    yield read
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.captureWarnings(capture=False)
    root.setLevel(level)
    root.handlers[:] = handlers
    for logger, was in before:
        logger.setLevel(was)


def test_a_line_is_one_object_with_time_level_action_and_fields(lines):
    logs.configure("info", stream=lines.stream)
    logs.get_logger("jobs").info("job.claimed", job=7)
    [line] = lines()
    assert list(line)[:3] == ["time", "level", "action"]
    assert line["time"].endswith("Z")
    assert {key: line[key] for key in ("level", "action", "component", "job")} == {
        "level": "info",
        "action": "job.claimed",
        "component": "jobs",
        "job": 7,
    }


def test_a_sentence_is_a_message_and_never_an_action(lines):
    logs.configure("info", stream=lines.stream)
    log = logs.get_logger("x")
    log.info("Something went on")
    log.info("Said so", action="order.moved")
    assert [(line["action"], line["message"]) for line in lines()] == [
        ("note", "Something went on"),
        ("order.moved", "Said so"),
    ]


def test_what_is_bound_stands_on_every_line_inside(lines):
    logs.configure("info", stream=lines.stream)
    log = logs.get_logger("x")
    with logs.bound(store="lux", marketplace="letzshop"):
        log.info("a.b")
    log.info("a.b")
    inside, outside = lines()
    assert (inside["store"], inside["marketplace"]) == ("lux", "letzshop")
    assert "store" not in outside


def test_secrets_do_not_pass_in_fields_texts_or_tracebacks(lines):
    redactor = Redactor()
    redactor.learn("planted-secret")
    logs.configure("info", stream=lines.stream, redactor=redactor)
    try:
        raise ValueError("planted-secret of jeanne@example.lu")
    except ValueError:
        logs.get_logger("x").exception("call.failed", headers={"Authorization": "Bearer abc"}, body="planted-secret")
    [line] = lines()
    assert line["headers"] == {"Authorization": REDACTED}
    assert f"ValueError: {REDACTED} of {REDACTED}" in line["exception"]
    assert "planted-secret" not in lines.stream.getvalue()


def test_lines_of_libraries_come_the_same_way(lines):
    logs.configure("info", stream=lines.stream)
    logging.getLogger("some.library").warning("token=%s", "abc")
    [line] = lines()
    assert line["action"] == "library"
    assert line["component"] == "some.library"
    assert line["message"] == f"token={REDACTED}"


def test_our_own_lines_of_the_standard_library_carry_their_action_and_what_they_are_about(lines):
    logs.configure("info", stream=lines.stream)
    extra = {"action": "job.failed", "actor": "demo:letzshop", "job": 7, "code": "timeout", "args_of": "secret"}
    logging.getLogger("orion.jobs").warning("job %d of %s failed", 7, "demo:letzshop", extra=extra)
    [line] = lines()
    assert (line["action"], line["component"], line["level"]) == ("job.failed", "orion.jobs", "warning")
    assert (line["actor"], line["job"], line["code"]) == ("demo:letzshop", 7, "timeout")
    assert line["message"] == "job 7 of demo:letzshop failed"
    assert "secret" not in json.dumps(line)


def test_a_library_line_keeps_its_traceback(lines):
    logs.configure("info", stream=lines.stream)
    try:
        raise KeyError("x")
    except KeyError:
        logging.getLogger("some.library").exception("failed")
    assert "KeyError" in lines()[0]["exception"]


@pytest.mark.parametrize("name", ["tortoise.db_client", "tortoise", "aiosqlite", "asyncpg.pool"])
def test_database_drivers_never_log_queries_whatever_the_level(lines, name):
    logs.configure("debug", stream=lines.stream)
    logging.getLogger(name).debug("INSERT INTO customers VALUES ('Jeanne')")
    logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger(name).debug("INSERT INTO customers VALUES ('Jeanne')")
    logging.getLogger(name).warning("pool is full")
    logging.getLogger(name).setLevel(logging.NOTSET)
    assert [line["message"] for line in lines()] == ["pool is full"]


def test_the_level_holds_for_both_kinds_of_lines_and_can_be_changed(lines):
    log = logs.get_logger("x")
    logs.configure("warning", stream=lines.stream)
    log.info("a.quiet")
    logging.getLogger("y").info("quiet")
    logs.configure("debug", stream=lines.stream)
    log.debug("a.loud")
    logging.getLogger("y").debug("loud")
    assert [line.get("message", line["action"]) for line in lines()] == ["a.loud", "loud"]


def test_a_terminal_gets_text_with_the_same_words(lines):
    logs.configure("info", "console", stream=lines.stream)
    logs.get_logger("x").info("job.claimed", job=7, token="abc")
    text = lines.stream.getvalue()
    assert "job.claimed" in text
    assert "job=7" in text
    assert "abc" not in text


def test_a_library_line_that_cannot_be_formatted_does_not_stop_the_program(lines, capsys):
    logs.configure("info", stream=lines.stream)
    logs.LibraryHandler().emit(logging.LogRecord("y", logging.WARNING, "y.py", 1, "%d", ("no number",), None))
    assert lines() == []
    assert "Logging error" in capsys.readouterr().err


class Outage(Exception):  # noqa: N818
    is_outage = True


class Quoting(Exception):  # noqa: N818
    hides_cause = True


def raised(error, cause):
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_an_outage_is_one_sentence_wherever_it_stands_in_a_chain(lines):
    logs.configure("info", stream=lines.stream)
    outage = raised(Outage("the database is away"), OSError("no such socket"))
    logs.get_logger("app").error("task.failed", exc_info=raised(RuntimeError("tick"), outage))
    logging.getLogger("lib").error("oh", exc_info=outage)
    for line in lines():
        assert line["error"] == "Outage: the database is away"
        assert "exception" not in line
        assert "socket" not in json.dumps(line)


def test_what_quotes_stored_values_stays_out_of_the_stack(lines):
    logs.configure("info", stream=lines.stream)
    quoting = raised(Quoting("orders: email is taken"), ValueError("Failing row contains (Ada Muster, Rue Exemple)"))
    logs.get_logger("app").error("task.failed", exc_info=raised(RuntimeError("the work failed"), quoting))
    [line] = lines()
    assert "email is taken" in line["exception"]
    assert "RuntimeError: the work failed" in line["exception"]
    assert "test_logs.py" in line["exception"]
    assert "Muster" not in json.dumps(line)


def test_other_failures_keep_their_whole_stack(lines):
    logs.configure("info", stream=lines.stream)
    logs.get_logger("app").error("task.failed", exc_info=raised(RuntimeError("the work failed"), ValueError("why")))
    [line] = lines()
    assert "ValueError: why" in line["exception"]
