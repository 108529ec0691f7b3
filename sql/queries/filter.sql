-- Filters of lists.

-- name: filter_regex :one
SELECT filter_regex_is_sound($1) AS sound;
