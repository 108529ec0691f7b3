-- name: import_add :many
-- Many new jobs, [{"n": name, "t": team's id, "s": definition, "r": reason}]; $2 now, $3 who. What model/job.c does for one:
-- the job, its first revision, word for the engine. Names that come back were free. Tied to their parents in this order.
WITH given AS (
    SELECT g.n, g.t, g.s, g.r, e.ord
      FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY e (v, ord), jsonb_to_record(e.v) AS g (n text, t bigint, s jsonb, r text)
), added AS (
    INSERT INTO job (team_id, name, spec, created_at, updated_at, updated_by)
    SELECT t, n, s, at($2::bigint), at($2::bigint), $3 FROM given ORDER BY ord
    ON CONFLICT (name) DO NOTHING RETURNING id, name, team_id, spec
), revised AS (
    INSERT INTO revision (job_id, version, spec, actor, reason, made_at)
    SELECT a.id, 1, a.spec || jsonb_build_object('team', t.name), $3, g.r, at($2::bigint)
      FROM added a JOIN given g ON g.n = a.name JOIN team t ON t.id = a.team_id
), told AS (
    INSERT INTO outbox AS o (job_name, job_id, wanted, changed_at, try_at)
    SELECT a.name, a.id, 1, clock_timestamp(), now() FROM added a
    ON CONFLICT (job_name) DO UPDATE SET job_id = excluded.job_id, wanted = excluded.wanted, state = 'pending', reason = NULL,
           attempts = 0, try_at = now(), changed_at = excluded.changed_at, done = 0
)
SELECT name FROM added;

-- name: import_next :exec
-- Their next fires, [{"n": name, "x": microseconds, or null}].
UPDATE job_now n SET next_at = at(g.x)
  FROM jsonb_to_recordset($1::jsonb) AS g (n text, x bigint) JOIN job j ON j.name = g.n
 WHERE n.job_id = j.id AND g.x IS NOT NULL;

-- name: import_audit :exec
-- As audit_add, a row for each of [{"n": name, "m": team, "s": definition}].
INSERT INTO audit (account_id, actor, verb, object, before, after, req_id, address)
SELECT $2, $3, 'job_add', 'job:' || g.n, NULL, jsonb_build_object('team', g.m, 'spec', g.s), $4, $5
  FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY e (v, ord), jsonb_to_record(e.v) AS g (n text, m text, s jsonb) ORDER BY ord;
