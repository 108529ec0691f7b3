-- Who was asked into a team.

-- name: team_invites :many
-- Of what speaks against it the last rule wins: the token has expired, something went wrong, it cannot be.
SELECT t.id::text AS task, coalesce(t.data->>'email', '') AS email, coalesce(t.data->>'role', '') AS role, t.requester,
       CASE WHEN EXISTS (SELECT FROM task_action a WHERE a.task_id = t.id AND a.state <> 'pending' AND NOT a.valid) THEN 'invalid'
            WHEN t.state = 'failed' OR EXISTS (SELECT FROM notification n WHERE n.task_id = t.id AND n.error) THEN 'failed'
            WHEN t.stage = 'token' AND (k.task_id IS NULL OR k.expires_at <= clock_timestamp()) THEN 'expired'
            ELSE 'invited' END AS status,
       us(t.created_at) AS asked_us, us(k.expires_at) AS token_us
  FROM task t LEFT JOIN task_token k ON k.task_id = t.id
 WHERE t.team_id = $1 AND t.type = 'invite' AND NOT t.completed AND NOT t.cancelled
 ORDER BY t.seq DESC LIMIT $2::bigint;
