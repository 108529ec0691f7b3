-- How much a team may have.

-- name: quota_get :one
SELECT quota AS size, max_jobs::bigint AS max_jobs, min_interval_s::bigint AS min_interval_s, max_running::bigint AS max_running
  FROM team WHERE id = $1;

-- name: quota_of_teams :many
-- $1 ids, a comma between; in their order.
SELECT t.quota AS size, t.max_jobs::bigint AS max_jobs, t.min_interval_s::bigint AS min_interval_s, t.max_running::bigint AS max_running
  FROM unnest(string_to_array($1, ',')::bigint[]) WITH ORDINALITY AS w (id, n) JOIN team t ON t.id = w.id ORDER BY w.n;

-- name: quota_set :exec
UPDATE team SET quota = $2, max_jobs = $3::bigint, min_interval_s = $4::bigint, max_running = $5::bigint WHERE id = $1;

-- name: quota_lock :one
-- Two jobs more at the same moment count each other.
SELECT coalesce(max_jobs, 0)::bigint AS n FROM team WHERE id = $1 FOR NO KEY UPDATE;

-- name: quota_jobs :one
SELECT count(*) AS n FROM job WHERE team_id = $1;

-- name: quota_running :one
SELECT team_busy($1) AS n;

-- name: quota_specs :many
-- Those that fire by themselves, with what says when; one of all that fire alike, which those with a "~" never do for sure.
SELECT min(f.name COLLATE "C") AS name,
       jsonb_build_object('schedule', f.schedule, 'timezone', f.timezone, 'starts_at', f.starts_at, 'expires_at', f.expires_at, 'parent_job', '')::text AS spec_text
  FROM (SELECT j.name, s.* FROM job j, jsonb_to_record(j.spec) AS s (schedule text, timezone text, starts_at text, expires_at text)
         WHERE j.team_id = $1 AND NOT j.disabled AND j.parent_job IS NULL) f
 GROUP BY f.schedule, f.timezone, f.starts_at, f.expires_at, CASE WHEN strpos(f.schedule, '~') > 0 THEN f.name END
 ORDER BY 1;

-- name: quota_raised :one
-- Whether the team's quota was changed by a request within $2 days; $3 is the request that asks.
SELECT EXISTS (SELECT FROM task WHERE team_id = $1 AND type = 'quota' AND completed
                  AND completed_at > clock_timestamp() - $2::bigint * interval '1 day' AND id <> $3::uuid) AS yes;
