-- name: migrate_lock :exec
-- Until the transaction ends; waits as long as it takes.
SELECT pg_advisory_xact_lock(7240161) FROM set_config('lock_timeout', '0', true);

-- name: migrate_list :many
SELECT name, checksum FROM schema_migration ORDER BY name COLLATE "C";

-- name: migrate_record :exec
INSERT INTO schema_migration (name, checksum) VALUES ($1, $2);

-- name: migrate_say :exec
-- For sql/passwords.sql, which follows in the same transaction and takes no arguments.
SELECT set_config('signalbox.password', $1, true);
