-- Many jobs at once: what model/job.c does for one.

-- name: job_batch_lock :exec
-- All of them before the first is touched, and always in this order: whoever changes one of them meanwhile waits for
-- the batch, and nobody for each other. NO KEY: runs of the jobs can be added meanwhile.
SELECT FROM job WHERE name IN (SELECT x.name FROM jsonb_array_elements_text($1::jsonb) AS x(name)) ORDER BY id FOR NO KEY UPDATE;

-- name: job_batch_lock_outbox :exec
-- And then what the engine is to get, in the order of outbox_done.
SELECT FROM outbox WHERE job_name IN (SELECT x.name FROM jsonb_array_elements_text($1::jsonb) AS x(name)) ORDER BY job_name FOR NO KEY UPDATE;

-- name: job_batch_parents :many
-- Of these names, one a line, those that other jobs run after.
SELECT DISTINCT parent_job AS name FROM job WHERE parent_job = ANY (string_to_array($1, E'\n'));

-- name: job_batch_out :exec
-- Many that go, in four statements: the engine is to have them no more; as job_delete() does it with one.
INSERT INTO outbox AS o (job_name, job_id, wanted, changed_at, try_at)
SELECT name, NULL, version + 1, clock_timestamp(), now() FROM job WHERE id = ANY ($1::bigint[]) ORDER BY name
ON CONFLICT (job_name) DO UPDATE SET job_id = NULL, wanted = excluded.wanted, state = 'pending', reason = NULL, attempts = 0, try_at = now(),
       changed_at = excluded.changed_at;

-- name: job_batch_lock_end :exec
SELECT FROM job WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE;

-- name: job_batch_leave_runs :exec
WITH theirs AS MATERIALIZED (SELECT id FROM run WHERE job_id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE)
UPDATE run r SET job_id = NULL,
       state = CASE WHEN state = 'queued' AND dispatched_at IS NULL THEN 'stopped' ELSE state END,
       reason = CASE WHEN state = 'queued' AND dispatched_at IS NULL THEN $2 ELSE reason END,
       finished_at = CASE WHEN state = 'queued' AND dispatched_at IS NULL THEN at($3::bigint) ELSE finished_at END
  FROM theirs t WHERE r.id = t.id;

-- name: job_batch_end :exec
-- $2 account, $3 who, $4 request, $5 address.
WITH gone AS (DELETE FROM job WHERE id = ANY ($1::bigint[]) RETURNING name, team_id, version, spec)
INSERT INTO audit (account_id, actor, verb, object, before, req_id, address)
SELECT $2, $3, 'job_delete', 'job:' || g.name, jsonb_build_object('team', t.name, 'version', g.version, 'spec', g.spec), $4, $5
  FROM gone g JOIN team t ON t.id = g.team_id ORDER BY g.name;

-- name: job_batch_seen :many
-- Of these names, one a line, the jobs that one may see.
SELECT s.* FROM job_seen($1, $2) s WHERE s.name = ANY (string_to_array($3, E'\n'));

-- name: job_batch_change :many
-- [{"i": id, "v": version that was read, "t": team's id, "s": definition, "r": reason, "x": next fire, "b" and "a": before and
-- after, for the audit}]; $2 now, $3 who, $4 the verb, $5 account, $6 request, $7 address. Names that come back were changed;
-- the others have another version by now.
WITH given AS MATERIALIZED (
    SELECT g.*, e.ord FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY e (v, ord),
           jsonb_to_record(e.v) AS g (i bigint, v bigint, t bigint, s jsonb, r text, x bigint, b jsonb, a jsonb)
), locked AS MATERIALIZED (
    SELECT id FROM job WHERE id IN (SELECT i FROM given) ORDER BY id FOR NO KEY UPDATE
), changed AS (
    UPDATE job j SET team_id = g.t, spec = g.s, version = j.version + 1, updated_at = at($2::bigint), updated_by = $3
      FROM given g JOIN locked l ON l.id = g.i
     WHERE j.id = g.i AND j.version = g.v RETURNING j.id, j.name, j.version, j.team_id, j.spec
), revised AS (
    INSERT INTO revision (job_id, version, spec, actor, reason, made_at)
    SELECT c.id, c.version, c.spec || jsonb_build_object('team', t.name), $3, g.r, at($2::bigint)
      FROM changed c JOIN given g ON g.i = c.id JOIN team t ON t.id = c.team_id
), told AS (
    INSERT INTO outbox AS o (job_name, job_id, wanted, changed_at, try_at)
    SELECT name, id, version, clock_timestamp(), now() FROM changed ORDER BY name
    ON CONFLICT (job_name) DO UPDATE SET job_id = excluded.job_id, wanted = excluded.wanted, state = 'pending', reason = NULL,
           attempts = 0, try_at = now(), changed_at = excluded.changed_at,
           done = CASE WHEN o.job_id IS DISTINCT FROM excluded.job_id THEN 0 ELSE o.done END
), fires AS (
    UPDATE job_now n SET next_at = at(g.x) FROM given g JOIN changed c ON c.id = g.i
     WHERE n.job_id = g.i AND n.next_at IS DISTINCT FROM at(g.x)
), audited AS (
    INSERT INTO audit (account_id, actor, verb, object, before, after, req_id, address)
    SELECT $5, $3, $4, 'job:' || c.name, g.b, g.a, $6, $7 FROM given g JOIN changed c ON c.id = g.i ORDER BY g.ord
)
SELECT name FROM changed;
