-- Which fires were expected, which of them nobody answered, and why (model/missed.c).

-- name: watch_due :many
-- $1 how many; $2 false: the engine is away, so only those at which nobody has looked yet. What a job did under another prefix
-- is only known when its old copy's history was read.
SELECT w.id, w.job_id, j.name AS job_name, w.version, r.spec::text AS spec_text, us(w.from_at) AS from_us, us(w.until_at) AS until_us, us(w.held_at) AS held_us, w.had,
       w.copy::text AS copy_text, us(w.wiped_at) AS wiped_us, us(w.judged_at) AS judged_us, w.gap::bigint AS gap, w.untold::bigint AS untold, us(w.told_at) AS told_us
  FROM watch w JOIN job j ON j.id = w.job_id JOIN revision r ON r.job_id = w.job_id AND r.version = w.version
 WHERE w.due_at <= now() AND ($2 OR w.next_at IS NULL) AND NOT EXISTS (SELECT FROM takeover t WHERE t.job_name = j.name AND t.moved)
 ORDER BY w.due_at LIMIT $1;

-- name: watch_began :many
-- When runs of jobs $1 began, behind the moments $2; by job, in the order given, and time.
SELECT x.i - 1 AS job, r.group_ns / 1000 AS at_us, r.trigger <> 'schedule' AS asked
  FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS x (name, since, i)
  JOIN run r ON r.job_name = x.name AND r.group_ns >= x.since * 1000
 ORDER BY x.i, r.group_ns;

-- name: watch_judged :exec
UPDATE watch w SET judged_at = at(x.judged), next_at = at(nullif(x.next, 0)), gap = x.gap, untold = x.untold, told_at = at(nullif(x.told, 0)),
       due_at = CASE WHEN x.due = 0 THEN 'infinity' ELSE at(x.due) END
  FROM jsonb_to_recordset($1::jsonb) AS x (id bigint, judged bigint, next bigint, due bigint, gap bigint, untold bigint, told bigint)
 WHERE w.id = x.id;

-- name: watch_wiped :exec
-- The engine's history of the job is known to hold nothing from before $2.
UPDATE watch SET wiped_at = at($2::bigint) WHERE id = $1;

-- name: watch_overwritten :exec
-- Over what somebody had changed on the engine unseen ours was written: $2 what stood there, $3 whether it fired at other moments.
WITH lost AS (DELETE FROM watch WHERE job_id = $1 AND until_at IS NOT NULL AND $3::boolean)
UPDATE watch SET copy = $2::jsonb WHERE job_id = $1 AND copy IS NULL AND (until_at IS NOT NULL AND NOT $3::boolean OR held_at IS NULL);

-- name: watch_sync :one
-- What keeps version $2 of job $1 from reaching the engine; no row when nothing does any more.
SELECT o.reason FROM outbox o WHERE o.job_id = $1 AND o.wanted = $2 AND o.state IN ('pending', 'failing');

-- name: watch_had :one
SELECT spec::text AS spec_text FROM revision WHERE job_id = $1 AND version = $2;

-- name: watch_end :exec
DELETE FROM watch WHERE id = $1;

-- name: missed_add :one
SELECT missed_add($1, $2, $3, $4, $5) AS id;

-- name: engine_quiet :many
-- When nobody could reach the engine, or nobody looked: from the last look before to the first look behind; or when it took
-- another leader, which is over when it was seen. Since $1.
SELECT us(greatest(p.at - interval '3 s', 'epoch')) AS from_us,
       us(CASE WHEN p.watched AND p.reachable THEN p.at ELSE coalesce(p.next, now()) END) AS to_us,
       CASE WHEN NOT p.watched THEN 'unwatched' WHEN NOT p.reachable THEN 'away' ELSE 'leader' END AS what, p.reason
  FROM (SELECT e.*, lead(e.at) OVER w AS next, lag(e.leader) OVER w AS before, lag(e.reachable) OVER w AS was
          FROM engine_past e WHERE e.at >= coalesce((SELECT max(at) FROM engine_past WHERE at <= at($1::bigint)), '-infinity')
        WINDOW w AS (ORDER BY e.at, e.id)) p
 WHERE NOT p.watched OR NOT p.reachable OR p.was AND p.before IS DISTINCT FROM p.leader AND p.before <> ''
 ORDER BY p.at, p.id;

-- name: engine_nodes_then :one
SELECT nodes::text AS nodes FROM engine_past WHERE reachable AND watched AND at <= at($1::bigint) ORDER BY at DESC, id DESC LIMIT 1;

-- name: engine_new_leader :one
-- Whether the engine took another leader so shortly before $1 that its schedules rested then, or may have been seen to only
-- a look later.
SELECT EXISTS (
    SELECT FROM engine_past p
     CROSS JOIN LATERAL (SELECT b.leader, b.reachable FROM engine_past b WHERE b.at < p.at ORDER BY b.at DESC, b.id DESC LIMIT 1) b
     WHERE p.at BETWEEN at($1::bigint) - interval '15 s' AND at($1::bigint) + interval '3 s'
       AND p.watched AND p.reachable AND b.reachable AND b.leader <> '' AND b.leader <> p.leader) AS it;

-- name: engine_settled :one
-- Whether the engine has been there without a change of leader for $1 ms.
SELECT coalesce((SELECT s.reachable AND s.checked_at > now() - interval '10 s' FROM engine_state s), false)
       AND NOT EXISTS (SELECT FROM engine_past p WHERE p.at > now() - $1::bigint * interval '1 ms') AS settled;

-- name: engine_past_prune :exec
DELETE FROM engine_past WHERE at < now() - interval '30 days';

-- name: missed_overlap :one
-- What was active at $2 and keeps a job that forbids two at once from beginning: a run of its own, or of a child; one whose
-- end never came blocks for four hours.
WITH RECURSIVE family AS (
    SELECT $1::text AS name, 0 AS depth
    UNION SELECT j.name, f.depth + 1 FROM family f JOIN job j ON j.parent_job = f.name WHERE f.depth < 20
)
SELECT r.id, r.job_name, r.state
  FROM family f JOIN run r ON r.job_name = f.name
 WHERE r.state <> 'missed' AND r.started_at <= at($2::bigint) AND r.started_at > at($2::bigint) - interval '7 days'
   AND (r.finished_at IS NULL OR r.finished_at >= at($2::bigint) - interval '3 s'
        OR f.depth = 0 AND r.state = 'lost' AND r.started_at > at($2::bigint) - interval '4 h')
 ORDER BY f.depth, r.started_at DESC LIMIT 1;

-- name: missed_known :many
-- The executions of a job that began behind $2, as far as we know, newest first.
SELECT engine_id FROM execution WHERE job_name = $1 AND started_at > at($2::bigint) AND state IN ('succeeded', 'failed')
 ORDER BY started_at DESC LIMIT 20;

-- name: late_list :many
-- Jobs whose fire should have been $3 ms ago or more, and nothing began. $1 account, $2 whether an admin; $4 one job or NULL.
-- Of @every next_at is the last moment at which it may be, so any fire behind the one before it answers (model/expect.h).
SELECT j.id, j.name, t.name AS team, us(w.next_at) AS since_us
  FROM watch w JOIN job j ON j.id = w.job_id JOIN team t ON t.id = j.team_id
 WHERE w.until_at IS NULL AND w.next_at < now() - $3::bigint * interval '1 ms'
   AND ($4::text IS NULL OR j.name = $4)
   AND ($2::boolean OR j.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = $1))
   AND NOT EXISTS (SELECT FROM run r WHERE r.job_name = j.name AND r.group_ns >= (us(w.next_at) - 200000) * 1000)
   AND NOT (j.spec->>'schedule' LIKE '%@every%' AND EXISTS (
       SELECT FROM run r WHERE r.job_name = j.name AND r.group_ns > (us(w.judged_at) + 200000) * 1000 AND r.trigger = 'schedule'))
 ORDER BY w.next_at, j.id LIMIT $5;

-- name: loop_state_put :exec
INSERT INTO loop_state (loop, host, pid, since, passed_at, took_us, errors, error, error_at)
VALUES ($1, $2, $3, at($4::bigint), clock_timestamp(), $5, $6, $7, at($8::bigint))
ON CONFLICT (loop, host) DO UPDATE SET pid = excluded.pid, since = excluded.since, passed_at = excluded.passed_at, took_us = excluded.took_us,
       errors = excluded.errors, error = excluded.error, error_at = excluded.error_at;

-- name: loop_state_list :many
SELECT loop, host, pid::bigint AS pid, us(since) AS since_us, us(passed_at) AS passed_us, took_us, errors, error, us(error_at) AS error_us
  FROM loop_state WHERE passed_at > now() - interval '7 days' ORDER BY loop, host;

-- name: health_postgres :one
SELECT current_setting('server_version') AS version, us(clock_timestamp()) AS now_us;
