-- One action on many jobs.

-- name: bulk_matching :one
-- What a filter of the list of jobs finds now; the arguments are those of the lists.
SELECT count(*) AS n, coalesce(jsonb_agg(name ORDER BY name COLLATE "C"), '[]')::text AS names
  FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: bulk_named :one
-- Each name once.
SELECT count(*) AS n, coalesce(jsonb_agg(x.name ORDER BY x.name COLLATE "C"), '[]')::text AS names
  FROM (SELECT DISTINCT name FROM jsonb_array_elements_text($1::jsonb) AS e(name)) x;

-- name: bulk_preview :one
-- What is known of the jobs in $3 before anything is done. left_behind: children that are not among them, by which their
-- parents cannot be deleted.
WITH chosen AS MATERIALIZED (SELECT DISTINCT x.name FROM jsonb_array_elements_text($3::jsonb) AS x(name)),
     seen AS MATERIALIZED (SELECT s.name, s.disabled, s.role, s.team, s.run_state FROM job_seen($1, $2) s WHERE s.name IN (SELECT name FROM chosen))
SELECT (SELECT count(*) FROM chosen) AS total, count(*) AS seen, count(*) FILTER (WHERE disabled) AS disabled,
       count(*) FILTER (WHERE role < 3) AS not_editable, count(*) FILTER (WHERE role < 2) AS not_runnable,
       count(*) FILTER (WHERE team = $4) AS there, count(*) FILTER (WHERE run_state = 'running') AS running,
       (SELECT count(*) FROM job j WHERE j.parent_job IN (SELECT name FROM seen) AND j.name NOT IN (SELECT name FROM chosen)) AS left_behind,
       (SELECT count(*) FROM seen p WHERE EXISTS (SELECT FROM job j WHERE j.parent_job = p.name AND j.name NOT IN (SELECT name FROM chosen))) AS parents,
       (SELECT count(*) FROM job j WHERE j.name IN (SELECT name FROM seen) AND j.parent_job IS NOT NULL AND j.parent_job NOT IN (SELECT name FROM chosen)) AS children
  FROM seen;

-- name: bulk_add :one
INSERT INTO bulk (account_id, account, token_id, scope, address, req_id, action, team, filter, total, asked_at)
VALUES ($1, $2, $3, $4::bigint, $5, $6, $7, $8, $9::jsonb, $10, at($11::bigint)) RETURNING id;

-- name: bulk_add_items :exec
-- Each once; who has more parents above him comes first.
WITH RECURSIVE chosen AS MATERIALIZED (SELECT DISTINCT x.name FROM jsonb_array_elements_text($2::jsonb) AS x(name)),
up AS (
    SELECT c.name, j.parent_job, 0 AS depth FROM chosen c LEFT JOIN job j ON j.name = c.name
    UNION ALL
    SELECT up.name, j.parent_job, up.depth + 1 FROM up JOIN job j ON j.name = up.parent_job WHERE up.depth < 1000
)
INSERT INTO bulk_item (bulk_id, seq, name)
SELECT $1, row_number() OVER (ORDER BY max(depth) DESC, name COLLATE "C"), name FROM up GROUP BY name;

-- name: bulk_wake :exec
SELECT pg_notify('bulk', '');

-- name: bulk_get :one
-- $1 account, $2 whether an admin: one's own, or all.
SELECT id, account, action, team, filter::text AS filter, total, done, same, failed, us(asked_at) AS asked_us, us(worked_at) AS worked_us,
       us(stopped_at) AS stopped_us, us(ended_at) AS ended_us
  FROM bulk WHERE id = $3 AND ($2 OR account_id = $1);

-- name: bulk_list :many
SELECT id, account, action, team, filter::text AS filter, total, done, same, failed, us(asked_at) AS asked_us, us(worked_at) AS worked_us,
       us(stopped_at) AS stopped_us, us(ended_at) AS ended_us
  FROM bulk WHERE ($2 OR account_id = $1) ORDER BY id DESC LIMIT $3;

-- name: bulk_items :many
-- In the order of work. $2 a state or NULL, $3 behind this one.
SELECT seq, name, state, code, message, run_id
  FROM bulk_item WHERE bulk_id = $1 AND ($2::text IS NULL OR state = $2) AND seq > $3 ORDER BY seq LIMIT $4;

-- name: bulk_stop :one
UPDATE bulk SET stopped_at = at($4::bigint), try_at = now()
 WHERE id = $3 AND ($2 OR account_id = $1) AND ended_at IS NULL AND stopped_at IS NULL RETURNING id;

-- name: bulk_end_stopped :exec
UPDATE bulk SET ended_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL;

-- name: bulk_take :one
-- The one that waited longest for its batch. Its row stays locked for the batch: others take other ones. Only a token of
-- ours can be revoked: a browser's session and somebody else's JWT have done their part.
SELECT b.id, b.account_id, b.account, b.token_id, b.scope::bigint AS scope, b.address, b.req_id, b.action, b.team, b.attempts::bigint AS attempts,
       b.stopped_at IS NOT NULL AS stopped, a.id IS NOT NULL AND a.disabled_at IS NULL AS there, coalesce(a.admin, false) AS admin,
       b.token_id <= 0 OR EXISTS (SELECT FROM token t WHERE t.id = b.token_id AND t.revoked_at IS NULL AND t.expires_at > now()) AS token_holds
  FROM bulk b LEFT JOIN account a ON a.id = b.account_id
 WHERE b.ended_at IS NULL AND b.try_at <= now()
 ORDER BY b.worked_at NULLS FIRST, b.id LIMIT 1 FOR UPDATE OF b SKIP LOCKED;

-- name: bulk_next :many
SELECT seq, name FROM bulk_item WHERE bulk_id = $1 AND state = 'waiting' ORDER BY seq LIMIT $2;

-- name: bulk_mark :exec
UPDATE bulk_item i SET state = x.state, code = x.code, message = x.message, run_id = x.run_id
  FROM jsonb_to_recordset($2::jsonb) AS x (seq bigint, state text, code text, message text, run_id bigint)
 WHERE i.bulk_id = $1 AND i.seq = x.seq;

-- name: bulk_count :one
-- Behind each batch; ended: nothing is left.
UPDATE bulk SET done = done + $2, same = same + $3, failed = failed + $4, worked_at = clock_timestamp(), attempts = 0,
       ended_at = CASE WHEN EXISTS (SELECT FROM bulk_item WHERE bulk_id = $1 AND state = 'waiting') THEN NULL ELSE clock_timestamp() END
 WHERE id = $1 RETURNING ended_at IS NOT NULL AS ended, done, same, failed;

-- name: bulk_later :exec
UPDATE bulk SET attempts = attempts + 1, try_at = now() + least(attempts + 1, 10) * interval '1 s' WHERE id = $1;

-- name: bulk_forget :exec
-- What came of it stands in the audit for good.
DELETE FROM bulk WHERE ended_at < now() - interval '90 days';
