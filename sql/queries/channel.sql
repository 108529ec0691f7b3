-- name: channel_list :many
-- Of team $1; $2 only those that job $2 uses, 0 = all. here: the job that it is for is still in this team.
SELECT ch.id, ch.kind, ch.target, j.name AS job, ch.on_failure, ch.on_recovery, ch.on_missed, us(ch.off_at) AS off_us, ch.off_reason,
       us(ch.created_at) AS created_us, ch.created_by, ch.job_id IS NULL OR j.team_id = ch.team_id AS here
  FROM channel ch LEFT JOIN job j ON j.id = ch.job_id
 WHERE ch.team_id = $1 AND ($2::bigint = 0 OR ch.job_id IS NULL OR ch.job_id = $2::bigint)
 ORDER BY ch.job_id IS NOT NULL, j.name, ch.kind, ch.target, ch.id;

-- name: channel_get :one
SELECT ch.id, ch.kind, ch.target, j.name AS job, ch.on_failure, ch.on_recovery, ch.on_missed, us(ch.off_at) AS off_us, ch.off_reason,
       us(ch.created_at) AS created_us, ch.created_by, ch.job_id IS NULL OR j.team_id = ch.team_id AS here
  FROM channel ch LEFT JOIN job j ON j.id = ch.job_id
 WHERE ch.team_id = $1 AND ch.id = $2;

-- name: channel_count :one
SELECT count(*) AS n FROM channel WHERE team_id = $1;

-- name: channel_add :one
INSERT INTO channel (team_id, job_id, kind, target, on_failure, on_recovery, on_missed, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
RETURNING id;

-- name: channel_secret_put :exec
UPDATE channel SET secret = $2 WHERE id = $1;

-- name: channel_edit :exec
-- $6: whether it is on. Switched on again it begins anew, without the old reason.
UPDATE channel SET on_failure = $3, on_recovery = $4, on_missed = $5,
       off_at = CASE WHEN $6::boolean THEN NULL ELSE coalesce(off_at, now()) END,
       off_reason = CASE WHEN $6::boolean THEN NULL ELSE coalesce(off_reason, $7) END
 WHERE team_id = $1 AND id = $2;

-- name: channel_drop :exec
DELETE FROM channel WHERE team_id = $1 AND id = $2;

-- name: channel_for_job :many
-- Where event $2 of a job goes.
SELECT ch.id, ch.kind, ch.target
  FROM job j JOIN channel ch ON ch.team_id = j.team_id AND (ch.job_id IS NULL OR ch.job_id = j.id)
 WHERE j.id = $1 AND ch.off_at IS NULL
   AND CASE $2 WHEN 'failure' THEN ch.on_failure WHEN 'recovery' THEN ch.on_recovery ELSE ch.on_missed END
 ORDER BY ch.id;

-- name: channel_off :one
-- The other side said that it wants no more. No row: it was off already.
UPDATE channel SET off_at = now(), off_reason = $2 WHERE id = $1 AND off_at IS NULL
RETURNING (SELECT t.name FROM team t WHERE t.id = team_id) AS team;
