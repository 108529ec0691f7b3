-- Where the engine's copy of a job is not what it should be. outbox.state says whether that is open.

-- name: drift_get :one
SELECT d.version, d.engine::text AS engine_text, d.fields, d.refused, us(d.found_at) AS found_us
  FROM drift d JOIN outbox o ON o.job_name = d.job_name AND o.job_id = d.job_id
 WHERE d.job_name = $1 AND o.state = 'drifted';

-- name: drift_put :exec
-- $1 job, $2 version, $3 what the engine has (NULL: nothing), $4 fields, $5 why it was not adopted. Not when it is saved anew.
INSERT INTO drift AS d (job_name, job_id, version, engine, fields, refused)
SELECT o.job_name, o.job_id, $2, $3, $4, $5 FROM outbox o
 WHERE o.job_name = $1 AND o.job_id IS NOT NULL AND o.done = $2 AND o.wanted = $2
ON CONFLICT (job_name) DO UPDATE SET job_id = excluded.job_id, version = excluded.version, engine = excluded.engine,
       fields = excluded.fields, refused = excluded.refused, found_at = clock_timestamp();

-- name: drift_open :exec
UPDATE outbox SET state = 'drifted', reason = $3
 WHERE job_name = $1 AND done = $2 AND wanted = done AND state IN ('in_sync', 'drifted');

-- name: drift_over :exec
-- Somebody put it right on the engine itself.
WITH gone AS (DELETE FROM drift WHERE job_name = $1)
UPDATE outbox SET state = 'in_sync', reason = NULL, synced_at = clock_timestamp() WHERE job_name = $1 AND state = 'drifted';

-- name: drift_list :many
-- The open ones, for the engine's page.
SELECT d.job_name AS name, d.fields, d.engine IS NULL AS gone, d.refused, us(d.found_at) AS found_us
  FROM drift d JOIN outbox o ON o.job_name = d.job_name
 WHERE o.state = 'drifted' ORDER BY d.job_name COLLATE "C" LIMIT $1;

-- name: unmanaged_keep :one
-- A stretch of the engine's list, behind $1 and up to $2 ('' = the end), holds these jobs that are not ours:
-- [{"name","definition","blocked"}]. Writes only what is new, changed or gone.
WITH there AS (SELECT t.name, t.definition,
                      coalesce('it is being taken over as ' || m.job_name || coalesce(': ' || m.reason, ''), t.blocked) AS blocked
                 FROM jsonb_to_recordset($3::jsonb) AS t(name text, definition jsonb, blocked text)
                 LEFT JOIN takeover m ON m.engine_name = t.name),
     gone AS (DELETE FROM unmanaged u
               WHERE u.name COLLATE "C" > $1 AND ($2 = '' OR u.name COLLATE "C" <= $2) AND NOT EXISTS (SELECT FROM there t WHERE t.name = u.name)
           RETURNING 1),
     put AS (INSERT INTO unmanaged AS u (name, definition, blocked)
             SELECT t.name, t.definition, t.blocked FROM there t
              WHERE NOT EXISTS (SELECT FROM unmanaged x WHERE x.name = t.name AND x.definition = t.definition AND x.blocked IS NOT DISTINCT FROM t.blocked)
             ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, blocked = excluded.blocked
           RETURNING 1)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put) AS n;

-- name: unmanaged_list :many
-- Behind name $1, $2 of them; $3 a LIKE pattern or NULL; $4 our namespace. task_id: of an open request to take it over.
WITH asked AS MATERIALIZED (
    SELECT id, data FROM task WHERE type = 'job-change' AND NOT completed AND NOT cancelled AND data->>'verb' = 'job_adopt' AND data->>'version' = '0')
SELECT u.name, u.definition::text AS definition_text, u.blocked, us(u.found_at) AS found_us,
       (SELECT a.id::text FROM asked a
         WHERE coalesce(a.data->>'engine_name', '') = u.name OR coalesce(a.data->'along', '{}') ? u.name
            OR coalesce(a.data->>'engine_name', '') = '' AND (u.name = $4 || (a.data->>'job')
               OR u.name = a.data->>'job' AND NOT EXISTS (SELECT FROM unmanaged x WHERE x.name = $4 || u.name AND $4 <> ''))
         LIMIT 1) AS task_id
  FROM unmanaged u WHERE u.name COLLATE "C" > $1 AND ($3::text IS NULL OR u.name LIKE $3) ORDER BY u.name COLLATE "C" LIMIT $2;

-- name: unmanaged_take :one
-- Whoever gets it takes it over; nobody else does.
DELETE FROM unmanaged WHERE name = $1 RETURNING name, definition::text AS definition_text, blocked, us(found_at) AS found_us, NULL::text AS task_id;

-- name: unmanaged_taken :exec
-- The job of this name stands on the engine already, as somebody else's: it is ours from here on, its history too.
UPDATE outbox SET taken_over = true WHERE job_name = $1 AND harvest_soon($1);

-- name: comparison_get :one
SELECT us(asked_at) AS asked_us, asked_by, us(began_at) AS began_us, us(ended_at) AS ended_us, took_us, jobs, reverted, adopted, drifted,
       strays, unmanaged, problem
  FROM comparison;

-- name: comparison_ask :one
UPDATE comparison SET asked_at = clock_timestamp(), asked_by = $1 RETURNING us(asked_at) AS asked_us;

-- name: comparison_wanted :one
SELECT coalesce(asked_at > coalesce(began_at, '-infinity'), false) AS wanted FROM comparison;

-- name: comparison_put :exec
UPDATE comparison SET began_at = at($1::bigint), ended_at = clock_timestamp(), took_us = $2, jobs = $3, reverted = $4, adopted = $5,
       drifted = $6, strays = $7, unmanaged = $8, problem = $9;

-- name: cleanup_candidates :many
-- Jobs that may have run their last: switched to go after their success, to be run once, or with an end. What they did last.
SELECT j.name, j.spec::text AS spec_text, t.name AS team, us(j.next_from) AS from_us, j.version, us(j.updated_at) AS updated_us,
       n.run_state, us(n.run_finished_at) AS run_finished_us,
       EXISTS (SELECT FROM job k WHERE k.parent_job = j.name) AS has_children,
       (j.spec->>'ephemeral')::boolean AND EXISTS (SELECT FROM run r WHERE r.job_id = j.id AND r.state = 'succeeded' AND r.job_version = o.done) AS spent
  FROM job j JOIN team t ON t.id = j.team_id JOIN job_now n ON n.job_id = j.id LEFT JOIN outbox o ON o.job_name = j.name
 WHERE j.name COLLATE "C" > $1
   AND ((j.spec->>'ephemeral')::boolean OR ltrim(j.spec->>'schedule') LIKE '@at%' OR ltrim(j.spec->>'schedule') LIKE '@after%'
        OR nullif(j.spec->>'expires_at', '') IS NOT NULL)
   AND NOT EXISTS (SELECT FROM run r WHERE r.job_id = j.id AND r.state IN ('queued', 'running'))
 ORDER BY j.name COLLATE "C" LIMIT $2;
