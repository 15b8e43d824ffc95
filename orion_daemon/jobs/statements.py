"""Every statement that creates or moves a job, by name, so that locking and fencing can be reviewed in one place.

Rows travel as one JSON parameter: the text stays the same whatever their number, so each is prepared once. Where the
two databases differ the pair stands side by side, and `for_dialect` picks.

Fencing (G6): a statement that moves a job on behalf of a lease contains `held`, which is empty unless the lease is
still this process's at this epoch and the process is alive. On PostgreSQL it also locks the lease's row FOR SHARE, so
that a take-over waits for the transaction or comes first, never in between; SQLite has one writer. Besides, a job
remembers epoch and run: a run that was rescued meanwhile cannot settle the next run of the same job.
"""

from typing import NamedTuple

from orion_daemon.db.url import Dialect


class Pair(NamedTuple):
    sqlite: str
    postgres: str

    def for_dialect(self, dialect: Dialect) -> str:
        return self.sqlite if dialect == "sqlite" else self.postgres


# $1 owner, $2 epoch, $3 process, $4 now: the same in every fenced statement.
HELD = """
SELECT 1 FROM leases l JOIN processes p ON p.id = l.process_id
WHERE l.owner = $1 AND l.epoch = $2 AND l.process_id = $3 AND p.expires_at > $4 FOR SHARE OF l
"""

# The same without the lock, for who writes nothing else.
STILL_HELD = HELD.replace(" FOR SHARE OF l", "")

# -- put ---------------------------------------------------------------------------------------------------------------
# $1 rows [kind, lane, owner, store, channel, args, unique_key, entity, priority, run_at, give_up_at], $2 now,
# $3 whether a put during a run makes a follower. A waiting job that never failed comes forward to the earlier time;
# one that waits because something failed keeps its time.
_PUT_COLUMNS = """
INSERT INTO jobs (kind, lane, owner, store_id, channel_id, args_json, unique_key, entity, priority, run_at, give_up_at,
  state, puts, is_put_again, attempts, crashes, runs, error_family, error_code, error_message, created_at)
"""
_PUT_CONFLICT = """
ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'executing') DO UPDATE SET
  puts = jobs.puts + 1,
  priority = CASE WHEN jobs.state = 'waiting' OR $3::boolean THEN LEAST(jobs.priority, excluded.priority)
    ELSE jobs.priority END,
  run_at = CASE WHEN jobs.state = 'waiting' AND jobs.error_code = '' THEN LEAST(jobs.run_at, excluded.run_at)
    WHEN jobs.state = 'executing' AND $3::boolean AND NOT jobs.is_put_again THEN excluded.run_at
    WHEN jobs.state = 'executing' AND $3::boolean THEN LEAST(jobs.run_at, excluded.run_at)
    ELSE jobs.run_at END,
  is_put_again = jobs.is_put_again OR (jobs.state = 'executing' AND $3::boolean)
RETURNING id, unique_key, puts, state, run_at
"""
PUT = Pair(
    _PUT_COLUMNS
    + """
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8,
      value->>9, value->>10, 'waiting', 1, 0, 0, 0, 0, '', '', '', $2 FROM json_each($1) WHERE true
    """
    + _PUT_CONFLICT,
    _PUT_COLUMNS
    + """
    SELECT v->>0, v->>1, v->>2, (v->>3)::bigint, (v->>4)::bigint, (v->>5)::jsonb, v->>6, v->>7, (v->>8)::smallint,
      (v->>9)::timestamptz, (v->>10)::timestamptz, 'waiting', 1, false, 0, 0, 0, '', '', '', $2::timestamptz
    FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS e(v, n) ORDER BY n
    """
    + _PUT_CONFLICT,
)

# The follower of a job that was put again while it ran; $1 ids, $2 now.
PUT_FOLLOWERS = """
INSERT INTO jobs (kind, lane, owner, store_id, channel_id, args_json, unique_key, entity, priority, run_at, give_up_at,
  state, puts, is_put_again, attempts, crashes, runs, error_family, error_code, error_message, created_at)
SELECT kind, lane, owner, store_id, channel_id, args_json, unique_key, entity, priority, run_at, give_up_at,
  'waiting', 1, FALSE, 0, 0, 0, '', '', '', $2::timestamptz FROM jobs WHERE id = ANY($1::bigint[])
ON CONFLICT DO NOTHING
RETURNING id, kind, lane, owner, store_id, run_at
"""

# -- claim -------------------------------------------------------------------------------------------------------------
# $5 lane, $6 limit, $7 kinds that have a handler here. Per entity one job at a time, the oldest first: a job waits
# while another of its entity executes, and while an older one waits, even for a later time.
_DUE = """
SELECT j.id FROM jobs j
WHERE j.state = 'waiting' AND j.owner = $1 AND j.lane = $5 AND j.run_at <= $4 AND j.kind = ANY($7::text[])
  AND (j.entity IS NULL OR NOT EXISTS (
    SELECT 1 FROM jobs o WHERE o.owner = j.owner AND o.entity = j.entity AND o.entity IS NOT NULL
      AND o.state IN ('waiting', 'executing') AND o.id <> j.id AND (o.state = 'executing' OR o.id < j.id)))
"""
_CLAIM_SET = """
UPDATE jobs SET state = 'executing', lease_epoch = $2, process_id = $3, claimed_at = $4, runs = runs + 1,
  is_put_again = FALSE
"""
_CLAIMED = """
jobs.id, kind, lane, owner, store_id, channel_id, entity, priority, attempts, crashes, runs, lease_epoch, give_up_at,
created_at, error_family, error_code
"""
# A claim may be a transaction by itself, and does not wait for the disk then either (`turns.py`).
_RELAXED = "SELECT set_config('synchronous_commit', 'off', true)"
CLAIM = Pair(
    f"""{_CLAIM_SET} WHERE id IN ({_DUE} ORDER BY j.priority, j.id LIMIT $6) AND EXISTS ({HELD})
    RETURNING {_CLAIMED}, args_json AS args""",
    f"""WITH relaxed AS MATERIALIZED ({_RELAXED}), held AS MATERIALIZED ({HELD}), due AS MATERIALIZED (
      {_DUE} AND EXISTS (SELECT 1 FROM held) AND EXISTS (SELECT 1 FROM relaxed)
      ORDER BY j.priority, j.id LIMIT $6 FOR UPDATE OF j SKIP LOCKED)
    {_CLAIM_SET} FROM due WHERE jobs.id = due.id RETURNING {_CLAIMED}, args_json::text AS args""",
)

# -- settle ------------------------------------------------------------------------------------------------------------
_THIS_RUN = "state = 'executing' AND owner = $1 AND lease_epoch = $2"

# The common end, without a word: $5 rows [id, runs].
SETTLE_DONE = Pair(
    f"""UPDATE jobs SET state = 'done', finished_at = $4 FROM json_each($5) v
    WHERE jobs.id = v.value->>0 AND runs = v.value->>1 AND {_THIS_RUN} AND EXISTS ({HELD})
    RETURNING jobs.id, is_put_again""",
    f"""WITH held AS MATERIALIZED ({HELD})
    UPDATE jobs SET state = 'done', finished_at = $4 FROM jsonb_array_elements($5::text::jsonb) v
    WHERE jobs.id = (v->>0)::bigint AND runs = (v->>1)::int AND {_THIS_RUN} AND EXISTS (SELECT 1 FROM held)
    RETURNING jobs.id, is_put_again""",
)

# Any end: $5 rows [id, runs, state, run_at, attempts it costs, family, code, message, result].
# Back in waiting it needs no follower: its next run comes after whatever was put meanwhile.
_SETTLE_SET = """
  finished_at = CASE WHEN v.state = 'waiting' THEN NULL ELSE $4 END,
  run_at = COALESCE(v.run_at, jobs.run_at),
  is_put_again = CASE WHEN v.state = 'waiting' THEN FALSE ELSE is_put_again END,
  attempts = attempts + v.cost,
  error_family = CASE WHEN v.code = '' THEN error_family ELSE v.family END,
  error_code = CASE WHEN v.code = '' THEN error_code ELSE v.code END,
  error_message = CASE WHEN v.code = '' THEN error_message ELSE v.message END,
  result_json = v.result
"""
SETTLE = Pair(
    f"""UPDATE jobs SET state = v.state, {_SETTLE_SET}
    FROM (SELECT value->>0 AS id, value->>1 AS runs, value->>2 AS state, value->>3 AS run_at, value->>4 AS cost,
      value->>5 AS family, value->>6 AS code, value->>7 AS message, value->>8 AS result FROM json_each($5)) v
    WHERE jobs.id = v.id AND jobs.runs = v.runs AND jobs.{_THIS_RUN} AND EXISTS ({HELD})
    RETURNING jobs.id, is_put_again""",
    f"""WITH held AS MATERIALIZED ({HELD})
    UPDATE jobs SET state = v.state, {_SETTLE_SET.replace("ELSE $4 END", "ELSE $4::timestamptz END")}
    FROM (SELECT (e->>0)::bigint AS id, (e->>1)::int AS runs, e->>2 AS state, (e->>3)::timestamptz AS run_at,
      (e->>4)::int AS cost, e->>5 AS family, e->>6 AS code, e->>7 AS message, NULLIF(e->8, 'null'::jsonb) AS result
      FROM jsonb_array_elements($5::text::jsonb) e) v
    WHERE jobs.id = v.id AND jobs.runs = v.runs AND jobs.{_THIS_RUN} AND EXISTS (SELECT 1 FROM held)
    RETURNING jobs.id, is_put_again""",
)

# -- by a person, or by the clock; waiting and dead jobs belong to no lease ------------------------------------------
CANCEL = """
UPDATE jobs SET state = 'cancelled', finished_at = $2, error_code = 'cancelled', error_message = $3
WHERE id = ANY($1::bigint[]) AND state = 'waiting'
RETURNING id, store_id, owner, kind, lane, state
"""
# $1 ids, $2 now, $3 give_up_at. Not while its work is open again under the same key; of several dead ones with one key
# the youngest comes back.
REVIVE = """
UPDATE jobs SET state = 'waiting', run_at = $2, give_up_at = $3, attempts = 0, crashes = 0, finished_at = NULL,
  is_put_again = FALSE, error_family = '', error_code = '', error_message = ''
WHERE id = ANY($1::bigint[]) AND state = 'dead' AND NOT EXISTS (
  SELECT 1 FROM jobs o WHERE o.unique_key = jobs.unique_key AND o.unique_key IS NOT NULL
    AND (o.state IN ('waiting', 'executing') OR (o.state = 'dead' AND o.id > jobs.id AND o.id = ANY($1::bigint[]))))
RETURNING id, store_id, owner, kind, lane, state
"""
# What a vanished process left: executing under a lease that is not valid any more. $1 now, $2 limit, $3 owner or ''.
STRANDED = """
SELECT j.id, j.kind, j.lane, j.owner, j.store_id, j.runs, j.crashes, j.process_id, j.is_put_again FROM jobs j
WHERE j.state = 'executing' AND NOT EXISTS (
  SELECT 1 FROM leases l JOIN processes p ON p.id = l.process_id
  WHERE l.owner = j.owner AND l.epoch = j.lease_epoch AND p.expires_at > $1)
  AND (j.owner = $3 OR $3 = '')
ORDER BY j.id LIMIT $2 FOR UPDATE OF j SKIP LOCKED
"""
# $1 id, $2 run, $3 state, $4 run_at, $5 finished_at, $6 code, $7 message. Safe beside a holder that came back to life:
# whoever settles or rescues this run first ends it.
RESCUE = """
UPDATE jobs SET state = $3, run_at = $4, finished_at = $5, crashes = crashes + 1,
  is_put_again = CASE WHEN $5::timestamptz IS NULL THEN FALSE ELSE is_put_again END,
  error_family = 'bug', error_code = $6, error_message = $7
WHERE id = $1 AND runs = $2 AND state = 'executing'
"""
# $1 now, $2 limit.
GIVE_UP = """
UPDATE jobs SET state = 'dead', finished_at = $1,
  error_message = 'it waited past its limit'
    || CASE WHEN error_code = '' THEN '' ELSE '; last: ' || error_code || ': ' || error_message END,
  error_family = CASE WHEN error_family = '' THEN 'unreachable' ELSE error_family END,
  error_code = 'waited_too_long'
WHERE id IN (SELECT id FROM jobs WHERE state = 'waiting' AND give_up_at <= $1 ORDER BY id LIMIT $2)
  AND state = 'waiting'
RETURNING id, kind, lane, owner, store_id, runs, error_family, error_code, error_message
"""
# What a runner does in doubt about its claims (`runner.py`), in this order. First it waits for statements of its own
# that may be under way still: they hold this row.
AWAIT_CLAIMS = "SELECT 1 AS one FROM leases WHERE owner = $1 FOR UPDATE"
# Claimed without its knowing, so that nobody runs them. $5 ids that do run.
RELEASE_OTHERS = f"""
UPDATE jobs SET state = 'waiting', run_at = $4, is_put_again = FALSE
WHERE state = 'executing' AND owner = $1 AND lease_epoch = $2 AND id <> ALL($5::bigint[]) AND EXISTS ({HELD})
"""
# Runs of its own of whose claim the database knows no more: a server that crashed has lost it. $5 rows [id, runs].
CLAIM_AGAIN = f"""WITH held AS MATERIALIZED ({HELD})
UPDATE jobs SET state = 'executing', lease_epoch = $2, process_id = $3, claimed_at = $4, runs = runs + 1
FROM jsonb_array_elements($5::text::jsonb) v
WHERE jobs.id = (v->>0)::bigint AND runs = (v->>1)::int - 1 AND state = 'waiting' AND EXISTS (SELECT 1 FROM held)
"""
# Jobs by their unique keys that wait until a time of their own choice, for one of these reasons: $1 keys, $2 reasons,
# $3 the latest time.
HASTEN = """
UPDATE jobs SET run_at = $3 WHERE unique_key = ANY($1::text[]) AND state = 'waiting' AND error_code = ANY($2::text[])
  AND run_at > $3 RETURNING owner, lane
"""
WAKE = """
UPDATE jobs SET run_at = $2 WHERE owner = $1 AND state = 'waiting' AND error_code = $3 AND run_at > $2
RETURNING lane
"""
