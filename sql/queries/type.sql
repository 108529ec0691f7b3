-- What admins say of task types: types of their own, and settings of those that ship.

-- name: type_stored :one
SELECT name, own, definition::text AS definition_text, version, us(updated_at) AS updated_us, updated_by FROM task_type WHERE name = $1;

-- name: type_stored_all :many
SELECT name, own, definition::text AS definition_text, version, us(updated_at) AS updated_us, updated_by FROM task_type ORDER BY name;

-- name: type_locked :one
SELECT version FROM task_type WHERE name = $1 FOR UPDATE;

-- name: type_add :exec
INSERT INTO task_type (name, own, definition, updated_by) VALUES ($1, $2, $3::jsonb, $4);

-- name: type_replace :exec
UPDATE task_type SET definition = $2::jsonb, version = version + 1, updated_at = clock_timestamp(), updated_by = $3 WHERE name = $1;

-- name: type_drop :exec
DELETE FROM task_type WHERE name = $1;

-- name: type_open_tasks :one
SELECT count(*) AS n FROM task WHERE type = $1 AND NOT completed AND NOT cancelled;

-- name: type_group :one
SELECT id FROM approver_group WHERE name = $1;

-- name: type_has_secret :one
SELECT EXISTS (SELECT FROM task_type_secret WHERE type = $1) AS there;

-- name: type_secret :one
SELECT secret FROM task_type_secret WHERE type = $1;

-- name: type_secret_put :exec
INSERT INTO task_type_secret (type, secret) VALUES ($1, $2) ON CONFLICT (type) DO UPDATE SET secret = $2;
