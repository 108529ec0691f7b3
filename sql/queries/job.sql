-- name: job_get :one
-- $1 account, $2 whether an admin, as everywhere here.
SELECT * FROM job_seen($1, $2) WHERE name = $3;

-- name: job_lock :one
-- NO KEY: runs of the job can be added meanwhile.
SELECT id FROM job j
 WHERE name = $3 AND ($2 OR EXISTS (SELECT FROM membership m WHERE m.team_id = j.team_id AND m.account_id = $1))
   FOR NO KEY UPDATE;

-- name: job_lock_end :exec
-- For its end, behind the lock on its outbox row, as whoever writes the engine takes them: nobody adds a run to it from here on.
SELECT FROM job WHERE id = $1 FOR UPDATE;

-- name: job_add :one
-- No row: the name is taken.
INSERT INTO job (team_id, name, spec, created_at, updated_at, updated_by)
VALUES ($1, $2, $3, at($4::bigint), at($4), $5) ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: job_taken_name :one
SELECT EXISTS (SELECT FROM job WHERE name = $1) AS taken;

-- name: job_export :many
-- As the lists that follow below; and the parents that one may see, because Dkron takes no child without its parent.
WITH RECURSIVE wanted AS (
    SELECT j.id, j.name, j.parent_job FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9) f JOIN job j USING (id)
    UNION
    SELECT p.id, p.name, p.parent_job FROM wanted w JOIN job p ON p.name = w.parent_job
     WHERE $2 OR EXISTS (SELECT FROM membership m WHERE m.team_id = p.team_id AND m.account_id = $1)
), deep AS (
    SELECT w.id, w.name, 0 AS depth FROM wanted w WHERE NOT EXISTS (SELECT FROM wanted p WHERE p.name = w.parent_job)
    UNION ALL
    SELECT w.id, w.name, d.depth + 1 FROM deep d JOIN wanted w ON w.parent_job = d.name WHERE d.depth < 1000
)
SELECT j.name, t.name AS team, j.spec::text AS spec_text
  FROM deep d JOIN job j USING (id) JOIN team t ON t.id = j.team_id
 ORDER BY d.depth, j.tied, j.name COLLATE "C" LIMIT $10;

-- name: job_change :one
UPDATE job SET team_id = $2, spec = $3, version = version + 1, updated_at = at($4::bigint), updated_by = $5
 WHERE id = $1 RETURNING version;

-- name: job_revise :exec
-- The team stands in the revision under its name: it is what a person would restore.
-- $5 the approved request, or NULL.
INSERT INTO revision (job_id, version, spec, actor, reason, made_at, task_id, approved_by)
SELECT j.id, j.version, j.spec || jsonb_build_object('team', t.name), $2, $3, at($4::bigint), $5::uuid,
       coalesce((SELECT string_agg(a.account, ', ' ORDER BY a.at, a.account) FROM task_approval a JOIN task k ON k.id = a.task_id
                  WHERE a.task_id = $5::uuid AND a.hash = k.hash), '')
  FROM job j JOIN team t ON t.id = j.team_id WHERE j.id = $1;

-- name: job_set_next :exec
UPDATE job_now SET next_at = at($2::bigint) WHERE job_id = $1 AND next_at IS DISTINCT FROM at($2);

-- name: job_delete :exec
DELETE FROM job WHERE id = $1;

-- name: job_leave_runs :exec
-- They stay without it. Those that the engine was not yet asked to run will not begin. Before the job itself goes,
-- because whoever writes a run locks first the run and then what hangs on the job.
UPDATE run SET job_id = NULL,
       state = CASE WHEN state = 'queued' AND dispatched_at IS NULL THEN 'stopped' ELSE state END,
       reason = CASE WHEN state = 'queued' AND dispatched_at IS NULL THEN $2 ELSE reason END,
       finished_at = CASE WHEN state = 'queued' AND dispatched_at IS NULL THEN at($3::bigint) ELSE finished_at END
 WHERE job_id = $1;

-- name: job_children :many
SELECT j.name, t.name AS team, $2 OR m.role IS NOT NULL AS seen
  FROM job j JOIN team t ON t.id = j.team_id LEFT JOIN membership m ON m.team_id = j.team_id AND m.account_id = $1
 WHERE j.parent_job = $3 ORDER BY j.tied LIMIT 1000;

-- name: job_family_lock :exec
-- Whoever ties a job to a parent or deletes one holds this until the end of the transaction: no circle and no orphan
-- comes from two changes at once.
SELECT pg_advisory_xact_lock(7236154001);

-- name: job_ancestors :many
-- From the parent upwards; 1000 are as good as a circle.
WITH RECURSIVE up AS (
    SELECT name, parent_job, team_id, 1 AS step FROM job WHERE name = $3
    UNION ALL
    SELECT j.name, j.parent_job, j.team_id, up.step + 1 FROM up JOIN job j ON j.name = up.parent_job WHERE up.step < 1000
)
SELECT up.name, t.name AS team, $2 OR m.role IS NOT NULL AS seen
  FROM up JOIN team t ON t.id = up.team_id LEFT JOIN membership m ON m.team_id = up.team_id AND m.account_id = $1
 ORDER BY step;

-- name: job_names :many
SELECT j.name, t.name AS team, true AS seen
  FROM job j JOIN team t ON t.id = j.team_id
 WHERE $2 OR EXISTS (SELECT FROM membership m WHERE m.team_id = j.team_id AND m.account_id = $1 AND m.role >= $3)
 ORDER BY j.name COLLATE "C" LIMIT 300;

-- name: job_passed :many
-- Jobs whose next fire has gone by, a batch for one worker.
SELECT j.id, j.name, j.spec::text AS spec_text, us(j.next_from) AS from_us
  FROM job_now n JOIN job j ON j.id = n.job_id
 WHERE n.next_key <= $1 ORDER BY n.next_key LIMIT $2 FOR UPDATE OF n SKIP LOCKED;

-- name: job_taken :one
-- Not under a lock that a person could hold for long: `work` calls this behind each write to the engine.
UPDATE job SET next_from = at($2::bigint) WHERE name = $1
RETURNING id, name, spec::text AS spec_text, us(next_from) AS from_us;

-- name: job_next_other :many
-- $1: [{"n": name, "x": microseconds}]: those that fire at another time than we thought.
SELECT j.name, j.spec::text AS spec_text, us(j.next_from) AS from_us, x.x AS heard_us
  FROM jsonb_to_recordset($1::jsonb) AS x (n text, x bigint) JOIN job j ON j.name = x.n JOIN job_now n ON n.job_id = j.id
 WHERE n.next_at NOT BETWEEN at(x.x) - interval '1 s' AND at(x.x) + interval '1 s';

-- name: job_revisions :many
SELECT r.version, r.spec::text AS spec_text, r.actor, r.reason, us(r.made_at) AS made_us, r.task_id::text AS task, r.approved_by
  FROM revision r JOIN job j ON j.id = r.job_id WHERE j.id = $1 ORDER BY r.version DESC LIMIT 100;

-- name: job_revision :one
SELECT version, spec::text AS spec_text, actor, reason, us(made_at) AS made_us, task_id::text AS task, approved_by
  FROM revision WHERE job_id = $1 AND version = $2;

-- Each number from the table that has it: joined, 10,000 jobs would cost as much as the page that shows them. Two statements, so
-- that neither is planned anew each time.

-- name: job_counts_all :one
SELECT a.*, t.*, r.*, o.*
  FROM (SELECT count(*) AS all, count(*) FILTER (WHERE NOT disabled) AS enabled, count(*) FILTER (WHERE disabled) AS disabled FROM job) a,
       (SELECT count(*) AS teams FROM team t WHERE EXISTS (SELECT FROM job WHERE team_id = t.id)) t,
       (SELECT count(*) FILTER (WHERE run_state <> 'running') AS failing, count(*) FILTER (WHERE run_state = 'running') AS running
          FROM job_now WHERE run_state IN ('failed', 'lost', 'missed', 'running')) r,
       (SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'failing') AS sync_failing,
               count(*) FILTER (WHERE state = 'drifted') AS drifted
          FROM outbox WHERE state <> 'in_sync' AND job_id IS NOT NULL) o;

-- name: job_counts_seen :one
-- Of the jobs that account $1 may see.
SELECT a.*, t.*, r.*, o.*
  FROM (SELECT count(*) AS all, count(*) FILTER (WHERE NOT j.disabled) AS enabled, count(*) FILTER (WHERE j.disabled) AS disabled
          FROM job j JOIN membership m USING (team_id) WHERE m.account_id = $1) a,
       (SELECT count(*) AS teams FROM membership m WHERE m.account_id = $1 AND EXISTS (SELECT FROM job j WHERE j.team_id = m.team_id)) t,
       (SELECT count(*) FILTER (WHERE run_state <> 'running') AS failing, count(*) FILTER (WHERE run_state = 'running') AS running
          FROM job_now n
         WHERE run_state IN ('failed', 'lost', 'missed', 'running')
           AND EXISTS (SELECT FROM job j JOIN membership m USING (team_id) WHERE j.id = n.job_id AND m.account_id = $1)) r,
       (SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'failing') AS sync_failing,
               count(*) FILTER (WHERE state = 'drifted') AS drifted
          FROM outbox o
         WHERE state <> 'in_sync' AND EXISTS (SELECT FROM job j JOIN membership m USING (team_id) WHERE j.id = o.job_id AND m.account_id = $1)) o;

-- name: job_tags :many
SELECT t.name, t.value, n.jobs
  FROM (SELECT tag_id, count(*) AS jobs FROM job_tag g
         WHERE $2 OR job_id IN (SELECT j.id FROM job j JOIN membership m USING (team_id) WHERE m.account_id = $1)
         GROUP BY tag_id) n
  JOIN tag t ON t.id = n.tag_id
 ORDER BY t.name, t.value LIMIT 5000;

-- name: job_list_plans :exec
-- Lists are planned for their values: a plan that must fit every filter reads all jobs.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true);

-- The lists, in two steps: which jobs, planned for its filters; then what is shown of them, planned once. $1 account, $2 an
-- admin, $3 longest word, $4 words, $5 team, $6 enabled, $7 last run's state, $8 sync state, $9 a tag, $10 how many, $11 and $12 the
-- key and id that the page before ended with. One statement for each order, so that each walks its index; by name the name
-- alone is the key.
-- name: job_ids_name :many
SELECT id, name, 0::bigint AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE name COLLATE "C" > $11 ORDER BY name COLLATE "C" LIMIT $10;

-- name: job_ids_name_down :many
SELECT id, name, 0::bigint AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE name COLLATE "C" < $11 ORDER BY name COLLATE "C" DESC LIMIT $10;

-- name: job_ids_next :many
SELECT id, '' AS name, next_key AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE (next_key, id) > ($11::bigint, $12::bigint) ORDER BY next_key, id LIMIT $10;

-- name: job_ids_next_down :many
SELECT id, '' AS name, next_key AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE (next_key, id) < ($11::bigint, $12::bigint) ORDER BY next_key DESC, id DESC LIMIT $10;

-- name: job_ids_last_run :many
SELECT id, '' AS name, run_key AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE (run_key, id) > ($11::bigint, $12::bigint) ORDER BY run_key, id LIMIT $10;

-- name: job_ids_last_run_down :many
SELECT id, '' AS name, run_key AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE (run_key, id) < ($11::bigint, $12::bigint) ORDER BY run_key DESC, id DESC LIMIT $10;

-- name: job_ids_updated :many
SELECT id, '' AS name, us(updated_at) AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE (updated_at, id) > (at($11::bigint), $12::bigint) ORDER BY updated_at, id LIMIT $10;

-- name: job_ids_updated_down :many
SELECT id, '' AS name, us(updated_at) AS key FROM job_found($1, $2, $3, $4, $5, $6, $7, $8, $9)
 WHERE (updated_at, id) < (at($11::bigint), $12::bigint) ORDER BY updated_at DESC, id DESC LIMIT $10;

-- Two lists that the overview shows every few seconds, planned once because each is a walk from one end of its index.

-- name: job_ids_failing :many
-- $1 account, $2 an admin, $3 how many.
SELECT n.job_id AS id, '' AS name, n.run_key AS key FROM job_now n
 WHERE n.run_state = 'failed'
   AND ($2::boolean OR EXISTS (SELECT FROM job j JOIN membership m USING (team_id) WHERE j.id = n.job_id AND m.account_id = $1))
 ORDER BY n.run_key DESC, n.job_id DESC LIMIT $3::bigint;

-- name: job_ids_coming :many
-- For who sees all: of a few teams' jobs it would meet many others' first. $1 how many.
SELECT n.job_id AS id, '' AS name, n.next_key AS key FROM job_now n JOIN job j ON j.id = n.job_id
 WHERE n.next_key < 9223372036854775807 AND NOT j.disabled ORDER BY n.next_key, n.job_id LIMIT $1::bigint;

-- name: job_show :many
SELECT s.* FROM unnest($3::bigint[]) WITH ORDINALITY AS f (id, place) JOIN job_seen($1, $2) s USING (id) ORDER BY f.place;
