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
-- Those that fire by themselves; one of all that fire alike, which those with a "~" never do for sure.
SELECT min(name COLLATE "C") AS name, min(spec::text) AS spec_text FROM job
 WHERE team_id = $1 AND NOT disabled AND parent_job IS NULL
 GROUP BY spec->>'schedule', spec->>'timezone', spec->>'starts_at', spec->>'expires_at',
          CASE WHEN strpos(spec->>'schedule', '~') > 0 THEN name END
 ORDER BY 1;

-- name: quota_raised :one
-- Whether the team's quota was changed by a request within $2 days; $3 is the request that asks.
SELECT EXISTS (SELECT FROM task WHERE team_id = $1 AND type = 'quota' AND completed
                  AND completed_at > clock_timestamp() - $2::bigint * interval '1 day' AND id <> $3::uuid) AS yes;
