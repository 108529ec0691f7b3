-- What work does with runs: hand them to the engine, read its history, give up what nobody hears of any more.

-- name: dispatch_ready :many
-- Queued runs whose job stands on the engine as it is wanted, while the engine is there and the team's quota has room; oldest first.
SELECT r.id, r.job_name, coalesce(j.spec->>'schedule', '') AS schedule, coalesce(j.spec->>'timezone', '') AS timezone
  FROM run r JOIN job j ON j.id = r.job_id JOIN outbox o ON o.job_name = r.job_name
 WHERE r.state = 'queued' AND r.dispatched_at IS NULL AND o.state IN ('in_sync', 'drifted')
   AND (SELECT reachable FROM engine_state)
   AND NOT EXISTS (SELECT FROM team t WHERE t.id = r.team_id AND t.max_running IS NOT NULL AND team_busy(t.id) >= t.max_running)
 ORDER BY r.id LIMIT $1;

-- name: dispatch_waiting :exec
-- Says of each of the others why it waits.
UPDATE run r SET reason = w.why
  FROM (SELECT q.id, CASE WHEN NOT s.reachable THEN 'waits for the engine: ' || coalesce(s.reason, '')
                          WHEN o.state NOT IN ('pending', 'failing') THEN 'waits: as many of the team''s jobs are running as its quota allows'
                          ELSE 'waits until its job is on the engine' || coalesce(': ' || o.reason, '') END AS why
          FROM run q LEFT JOIN outbox o ON o.job_name = q.job_name CROSS JOIN engine_state s
         WHERE q.state = 'queued' AND q.dispatched_at IS NULL AND q.queued_at < now() - interval '1 s'
           AND (NOT s.reachable OR o.state IN ('pending', 'failing')
                OR EXISTS (SELECT FROM team t WHERE t.id = q.team_id AND t.max_running IS NOT NULL AND team_busy(t.id) >= t.max_running))) w
 WHERE r.id = w.id AND r.state = 'queued' AND r.dispatched_at IS NULL AND r.reason IS DISTINCT FROM w.why;

-- name: dispatch_mark :one
-- From here on the engine counts as asked, whatever happens to us. No row: somebody else took it, it was taken
-- back, or the team's quota is full by now.
UPDATE run SET dispatched_at = clock_timestamp(), reason = NULL
 WHERE id = $1 AND state = 'queued' AND dispatched_at IS NULL AND run_has_room(id) RETURNING id;

-- name: dispatch_unmark :exec
-- Nobody was reached: it certainly did not begin.
UPDATE run SET dispatched_at = NULL, reason = $2 WHERE id = $1 AND state = 'queued' AND group_ns IS NULL;

-- name: run_answered :one
SELECT coalesce(run_answered($1, $2, $3), '') AS state;

-- name: run_refused :exec
-- The engine answered that it will not run it: no group will come.
UPDATE run SET state = 'failed', reason = $2, answer = $3, answered_at = clock_timestamp(), finished_at = clock_timestamp()
 WHERE id = $1 AND state = 'queued' AND group_ns IS NULL;

-- name: settle_waited :many
-- Never handed over for $1 ms: to run it now would surprise whoever asked.
UPDATE run SET state = 'failed', finished_at = clock_timestamp(), reason = 'the engine did not get it in time: it ' || coalesce(reason, 'was not handed over')
 WHERE state = 'queued' AND dispatched_at IS NULL AND queued_at < now() - $1::bigint * interval '1 ms'
RETURNING id, job_name, reason;

-- name: settle_unstarted :many
-- Handed over, and the history read since, yet no group: $1 ms after an answer of success, $2 ms without one.
SELECT r.id, r.job_name, coalesce(r.answer, 0) AS answer
  FROM run r LEFT JOIN harvest h ON h.job_name = r.job_name
 WHERE r.state = 'queued' AND r.group_ns IS NULL
   AND CASE WHEN r.answer = 200 THEN r.answered_at < now() - $1::bigint * interval '1 ms' AND (h.read_at > r.answered_at OR r.answered_at < now() - interval '5 min')
            ELSE r.dispatched_at < now() - $2::bigint * interval '1 ms' AND (h.read_at > r.dispatched_at + interval '30 s' OR r.dispatched_at < now() - interval '10 min') END
   AND (SELECT reachable FROM engine_state)
 ORDER BY r.id LIMIT 100;

-- name: run_retie :one
SELECT run_retie($1) AS tied;

-- name: run_lost :exec
UPDATE run SET state = 'lost', reason = $2, finished_at = clock_timestamp() WHERE id = $1 AND state = 'queued' AND group_ns IS NULL;

-- name: settle_missing :many
-- Runs with executions that the engine's list of running ones has lacked for $1 ms. Of a job that moved to another namespace the
-- list may have them under the old name, until that one's history was read.
SELECT DISTINCT r.id, r.job_name
  FROM execution e JOIN run r ON r.id = e.run_id
 WHERE e.state = 'running' AND r.state = 'running' AND e.missing_since < now() - $1::bigint * interval '1 ms'
   AND r.heard_at < now() - $1::bigint * interval '1 ms' AND (SELECT reachable FROM engine_state)
   AND NOT EXISTS (SELECT FROM takeover t WHERE t.job_name = r.job_name AND t.moved)
 LIMIT 100;

-- name: run_lose :one
SELECT coalesce(run_lose($1, $2::bigint * interval '1 ms'), '') AS state;

-- name: settle_output :exec
-- Nothing will come behind the output of what ended long ago.
UPDATE execution e SET output_complete = true
  FROM run r WHERE r.id = e.run_id AND NOT e.output_complete AND e.state <> 'running' AND r.heard_at < now() - interval '10 min';

-- name: harvest_open :many
-- Executions that run as far as we know.
SELECT e.engine_id, e.job_name, e.run_id, e.missing_since IS NOT NULL AS missing, us(e.started_at) AS started_us
  FROM execution e WHERE e.state = 'running' ORDER BY e.job_name COLLATE "C", e.engine_id COLLATE "C" LIMIT 10000;

-- name: run_missing :exec
SELECT run_missing($1, ARRAY[$2::text], $3);

-- name: harvest_runs :exec
-- Open runs of which the webhooks say nothing more although they should: their history is due, each job at most every $1 ms.
INSERT INTO harvest AS h (job_name, due_at)
SELECT DISTINCT r.job_name, now() FROM run r
 WHERE (r.state = 'queued' AND r.dispatched_at < now() - interval '2 s')
    OR (r.state = 'running' AND r.heard_at < now() - interval '2 s' AND NOT EXISTS
           (SELECT FROM execution e WHERE e.run_id = r.id AND e.state = 'running' AND e.missing_since IS NULL))
ON CONFLICT (job_name) DO UPDATE SET due_at = excluded.due_at
 WHERE h.due_at IS NULL AND (h.read_at IS NULL OR h.read_at < now() - $1::bigint * interval '1 ms');

-- name: harvest_listed :exec
-- What the engine's list says of each job, as [{"n": name, "s": counters and last times}]: where that is not what was seen
-- when the history was read last, it is due.
INSERT INTO harvest AS h (job_name, due_at, latest)
SELECT x.n, clock_timestamp(), x.s FROM jsonb_to_recordset($1::jsonb) AS x (n text, s text) JOIN job j ON j.name = x.n
ON CONFLICT (job_name) DO UPDATE SET latest = excluded.latest, due_at = least(h.due_at, excluded.due_at)
 WHERE h.seen <> excluded.latest AND h.latest <> excluded.latest;

-- name: harvest_take :many
-- Leased for 15 seconds: who dies over it is replaced.
WITH due AS (SELECT job_name FROM harvest WHERE due_at <= now() AND coalesce((SELECT reachable FROM engine_state), true) ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
UPDATE harvest h SET due_at = now() + interval '15 s' FROM due WHERE h.job_name = due.job_name
RETURNING h.job_name, h.latest, coalesce(us(h.kept_from), 0) AS kept_from_us;

-- name: harvest_read :exec
-- Read as it was at $3; $2 is what the list had said before. Asked for again meanwhile: stays due.
UPDATE harvest SET seen = $2, read_at = at($3::bigint), due_at = CASE WHEN due_at > now() THEN NULL ELSE due_at END WHERE job_name = $1;

-- name: harvest_later :exec
UPDATE harvest SET due_at = least(due_at, now() + $2::bigint * interval '1 ms') WHERE job_name = $1;

-- name: harvest_known :many
-- What we have of a job's executions from $2 on.
SELECT e.engine_id, e.state, e.settled, e.output_complete AS complete, r.group_ns, r.state AS run_state, r.id AS run_id
  FROM execution e JOIN run r ON r.id = e.run_id
 WHERE e.job_name = $1 AND e.started_at >= at($2::bigint) ORDER BY e.engine_id COLLATE "C";

-- name: harvest_unsettled :many
-- Open runs of a job of which every execution has ended; the post-webhook had its second.
SELECT r.id, r.group_ns FROM run r
 WHERE r.job_name = $1 AND r.state = 'running' AND r.group_ns IS NOT NULL AND r.heard_at < now() - interval '1 s'
   AND EXISTS (SELECT FROM execution e WHERE e.run_id = r.id)
   AND NOT EXISTS (SELECT FROM execution e WHERE e.run_id = r.id AND e.state = 'running');

-- name: run_over :one
SELECT coalesce(run_over($1), '') AS state;
