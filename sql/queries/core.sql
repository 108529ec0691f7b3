-- name: db_ping :one
-- Is the database there, and does it answer us.
SELECT 1 AS one;
