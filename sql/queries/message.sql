-- name: message_add :one
INSERT INTO message (key, kind, event, about, team_id, channel_id, job_id, run_id, line, target, payload, give_up_at, task_id, notification_id, signed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() + $12::bigint * interval '1 s', $13::uuid, $14, $15)
RETURNING id;

-- name: message_wake :exec
SELECT pg_notify('message', '');

-- name: message_list :many
-- Of team $1, newest first, $2 of one job (0 = all), $3 behind this id (0 = from the newest), $4 in this state, $5 how many.
SELECT id, key, kind, event, about, target, state, reason, attempts::bigint AS attempts, us(made_at) AS made_us, us(try_at) AS try_us,
       us(done_at) AS done_us, run_id, channel_id, leased_until IS NOT NULL AND leased_until > now() AS leaving
  FROM message
 WHERE team_id = $1 AND ($2::bigint = 0 OR job_id = $2::bigint) AND ($3::bigint = 0 OR id < $3::bigint) AND ($4::text IS NULL OR state = $4)
   AND kind <> 'sentry'
 ORDER BY id DESC LIMIT $5::bigint;

-- name: message_of_run :many
-- What told of run $2 of job $1, oldest first.
SELECT id, key, kind, event, about, target, state, reason, attempts::bigint AS attempts, us(made_at) AS made_us, us(try_at) AS try_us,
       us(done_at) AS done_us, run_id, channel_id, leased_until IS NOT NULL AND leased_until > now() AS leaving
  FROM message WHERE job_id = $1 AND run_id = $2::bigint AND kind <> 'sentry' ORDER BY id LIMIT 20;

-- name: message_told_before :one
-- The run of job $1 before $2 of which people heard last; no row when that was a recovery, or nobody heard of any.
SELECT x.run_id FROM (SELECT run_id, event FROM message
                       WHERE job_id = $1 AND run_id < $2::bigint AND kind <> 'sentry' AND event IN ('failure', 'missed', 'recovery')
                       ORDER BY id DESC LIMIT 1) x
 WHERE x.event <> 'recovery';

-- name: message_of_task :many
-- $2 for admins: those of notifications and to whom an admin says, too, and addresses as accounts write them.
SELECT id, key, kind, event, about, CASE WHEN $2 THEN target ELSE lower(target) END AS target, state, reason, attempts::bigint AS attempts, us(made_at) AS made_us, us(try_at) AS try_us,
       us(done_at) AS done_us, run_id, channel_id, leased_until IS NOT NULL AND leased_until > now() AS leaving
  FROM message WHERE task_id = $1::uuid AND ($2 OR (notification_id IS NULL AND event NOT IN ('task_waits', 'task'))) ORDER BY id LIMIT 100;

-- name: message_of_notification :many
-- What carried the notification $2 of task $1 to somebody, oldest first.
SELECT id, key, kind, event, about, target, state, reason, attempts::bigint AS attempts, us(made_at) AS made_us, us(try_at) AS try_us,
       us(done_at) AS done_us, run_id, channel_id, leased_until IS NOT NULL AND leased_until > now() AS leaving
  FROM message WHERE task_id = $1::uuid AND notification_id = $2::bigint ORDER BY id LIMIT 100;

-- name: message_again :one
-- Somebody wants it sent once more: with the same key, so that a receiver can tell. No row: it waits or leaves just now,
-- or its channel is gone or off.
UPDATE message m SET state = 'waiting', reason = NULL, attempts = 0, try_at = clock_timestamp(), done_at = NULL, leased_until = NULL,
       give_up_at = clock_timestamp() + $3::bigint * interval '1 s'
 WHERE m.team_id = $1 AND m.id = $2 AND m.state IN ('sent', 'failed', 'dropped')
   AND EXISTS (SELECT FROM channel ch WHERE ch.id = m.channel_id AND ch.off_at IS NULL)
RETURNING m.id, m.key, m.kind, m.event, m.about, m.target, m.state, m.reason, m.attempts::bigint AS attempts, us(m.made_at) AS made_us,
          us(m.try_at) AS try_us, us(m.done_at) AS done_us, m.run_id, m.channel_id, false AS leaving;

-- name: message_forget_channel :exec
-- What waits for a channel that goes, or that is off.
UPDATE message SET state = 'dropped', reason = $2, done_at = now() WHERE channel_id = $1 AND state = 'waiting';

-- name: message_supersede :many
-- What a recovery makes needless: alerts of the job to the channel that have not left.
UPDATE message SET state = 'dropped', reason = $3, done_at = now()
 WHERE channel_id = $1 AND job_id = $2 AND state = 'waiting' AND event IN ('failure', 'missed')
   AND (leased_until IS NULL OR leased_until < now())
RETURNING id;

-- name: message_silence :exec
-- A disabled or deleted job says nothing, not even what waits. A message is young when somebody is just sending it.
UPDATE message m SET state = 'dropped', done_at = now(),
       reason = CASE WHEN EXISTS (SELECT FROM job j WHERE j.id = m.job_id) THEN 'the job was disabled' ELSE 'the job was deleted' END
 WHERE m.state = 'waiting' AND m.kind <> 'sentry' AND m.event IN ('failure', 'recovery', 'missed') AND m.job_id IS NOT NULL
   AND (m.leased_until IS NULL OR m.leased_until < now()) AND NOT EXISTS (SELECT FROM job j WHERE j.id = m.job_id AND NOT j.disabled);

-- name: message_decided :exec
-- Nobody is asked to decide what does not wait any more.
UPDATE message m SET state = 'dropped', done_at = now(), reason = 'it waits for nobody any more'
 WHERE m.state = 'waiting' AND m.event = 'task_waits' AND (m.leased_until IS NULL OR m.leased_until < now())
   AND NOT EXISTS (SELECT FROM task t WHERE t.id = m.task_id AND t.stage = 'wait');

-- name: message_take :many
-- What is due, at most $1 rows, leased for $2 ms or until we are gone. Of a line only the first.
WITH due AS (
    SELECT m.id FROM message m
     WHERE m.state = 'waiting' AND m.try_at <= clock_timestamp()
       AND (m.leased_until IS NULL OR m.leased_until < now() OR NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = m.leased_by))
       AND NOT EXISTS (SELECT FROM message o WHERE o.line = m.line AND o.state = 'waiting' AND o.id < m.id)
     ORDER BY m.try_at, m.id LIMIT $1 FOR UPDATE OF m SKIP LOCKED
)
UPDATE message m SET leased_until = now() + $2::bigint * interval '1 ms', leased_by = pg_backend_pid(), attempts = m.attempts + 1
  FROM due LEFT JOIN message x ON x.id = due.id LEFT JOIN channel ch ON ch.id = x.channel_id LEFT JOIN team t ON t.id = x.team_id
 WHERE m.id = due.id
RETURNING m.id, m.key, m.kind, m.event, m.target, m.payload, m.attempts::bigint AS attempts, us(m.made_at) AS made_us,
          us(m.give_up_at) AS give_up_us, coalesce(m.channel_id, 0) AS channel_id, coalesce(ch.secret, '') AS secret, t.name AS team,
          coalesce(m.signed_by, (SELECT k.type FROM task k WHERE k.id = m.task_id)) AS task_type;

-- name: message_sent :exec
-- Check-ins leave nothing behind: there are two of every run. Others that wait for the same channel may go at once.
-- Who was told of a notification need not be told again; $2: somebody was.
WITH gone AS (DELETE FROM message WHERE id = $1 AND kind = 'sentry'),
     sent AS (UPDATE message SET state = 'sent', reason = NULL, done_at = now(), leased_until = NULL WHERE id = $1 AND kind <> 'sentry' RETURNING channel_id, notification_id),
     told AS (UPDATE notification n SET acknowledged_at = clock_timestamp(), acknowledged_by = 'signalbox' FROM sent
               WHERE $2::boolean AND n.id = sent.notification_id AND n.acknowledged_at IS NULL)
UPDATE message w SET try_at = now() FROM sent
 WHERE w.channel_id = sent.channel_id AND w.state = 'waiting' AND w.id <> $1 AND w.try_at > now();

-- name: message_retry :exec
-- Not this time, for reason $2; again in $3 ms.
UPDATE message SET reason = $2, leased_until = NULL, try_at = clock_timestamp() + $3::bigint * interval '1 ms' WHERE id = $1;

-- name: message_failed :many
-- What was to tell of a task becomes an error notification, which nobody need look at where its type, or what holds for all of them, says so.
-- A row: it is to be told, because it is not of a notification itself.
WITH failed AS (UPDATE message SET state = 'failed', reason = $2, done_at = now(), leased_until = NULL WHERE id = $1
                RETURNING task_id, kind, notification_id),
made AS (
INSERT INTO notification (task_id, error, notes, acknowledged_at, acknowledged_by)
SELECT f.task_id, true, jsonb_build_object('errors', jsonb_build_array(format('Error: ''%s'' while sending %s', $2::text,
       CASE f.kind WHEN 'mail' THEN 'email notification' ELSE 'webhook notification' END))),
       CASE WHEN s.safe THEN clock_timestamp() END, CASE WHEN s.safe THEN 'signalbox' END
  FROM failed f JOIN task t ON t.id = f.task_id,
       LATERAL (SELECT EXISTS (SELECT FROM task_type y WHERE y.name IN (t.type, 'defaults')
                                  AND y.definition->'notifications'->'safe_errors' ? f.kind) AS safe) AS s
RETURNING id, task_id, notes, acknowledged_at)
SELECT made.id AS notification_id, made.task_id::text AS task_id, made.notes->'errors'->>0 AS text
  FROM made, failed WHERE made.acknowledged_at IS NULL AND failed.notification_id IS NULL;

-- name: message_drop :exec
-- It has nothing to say any more.
UPDATE message SET state = 'dropped', reason = $2, done_at = now(), leased_until = NULL WHERE id = $1;

-- name: message_expire :exec
-- What was sent is kept for $1 days, what was not for $2.
DELETE FROM message WHERE state <> 'waiting' AND done_at < now() - CASE WHEN state = 'sent' THEN $1::bigint ELSE $2::bigint END * interval '1 day';
