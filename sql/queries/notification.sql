-- What admins should know of tasks. Columns: struct notification.

-- name: notification_add :one
INSERT INTO notification (task_id, error, notes) VALUES ($1::uuid, $2, $3::jsonb) RETURNING id;

-- name: notification_ids :many
-- $1 the kind (1 standard, 2 error, 0 all), $2 only open ones, $3 of a task, behind the id $4 (0: from the newest), $5 how many.
SELECT n.id FROM notification n
 WHERE ($1::bigint = 0 OR n.error = ($1::bigint = 2)) AND (NOT $2::boolean OR n.acknowledged_at IS NULL)
   AND ($3::uuid IS NULL OR n.task_id = $3::uuid) AND ($4::bigint = 0 OR n.id < $4::bigint)
 ORDER BY n.id DESC LIMIT $5::bigint;

-- name: notification_show :many
-- Of $1, newest first, those that fit the conditions $2; at most $3.
SELECT n.id, n.task_id::text AS task_id, t.type AS task_type, t.title AS task_title, n.error, n.notes::text AS notes,
       coalesce(n.notes->'errors'->>0, n.notes->'notes'->>0, '') AS text, us(n.created_at) AS created_us,
       us(n.acknowledged_at) AS acknowledged_us, n.acknowledged_by
  FROM notification n LEFT JOIN task t ON t.id = n.task_id
  LEFT JOIN task_filter_of(ARRAY(SELECT x.task_id FROM notification x WHERE x.id = ANY ($1::bigint[])), $2::jsonb) f ON f.task_id = n.task_id
 WHERE n.id = ANY ($1::bigint[])
   AND ($2::jsonb IS NULL OR filter_holds(coalesce(f.actual, '{}') || jsonb_build_object('task', n.task_id, 'id', n.id, 'error', n.error, 'acknowledged',
       n.acknowledged_at IS NOT NULL, 'notes', n.notes::text, 'created_at', us(n.created_at),
       'acknowledged_at', us(n.acknowledged_at), 'acknowledged_by', n.acknowledged_by), $2))
 ORDER BY n.id DESC LIMIT $3::bigint;

-- name: notification_get :one
SELECT n.id, n.task_id::text AS task_id, t.type AS task_type, t.title AS task_title, n.error, n.notes::text AS notes,
       coalesce(n.notes->'errors'->>0, n.notes->'notes'->>0, '') AS text, us(n.created_at) AS created_us,
       us(n.acknowledged_at) AS acknowledged_us, n.acknowledged_by
  FROM notification n LEFT JOIN task t ON t.id = n.task_id
 WHERE n.id = $1;

-- name: notification_acknowledge :exec
-- $1 ids as a list in JSON, $2 who.
UPDATE notification SET acknowledged_at = clock_timestamp(), acknowledged_by = $2
 WHERE id IN (SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb)) AND acknowledged_at IS NULL;
