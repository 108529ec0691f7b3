-- name: audit_add :exec
INSERT INTO audit (account_id, actor, verb, object, before, after, req_id, address)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: audit_list :many
-- Newest first. $1 actor, $2 verb, $3 object, or with a colon at its end all of that kind; $4 address, $5 words (a LIKE
-- pattern) in any of them, as the index audit_words has them in one; $6, $7 from and until, microseconds, 0 = open; $8 behind this id, 0 = from the newest; $9 how many.
SELECT id, us(at) AS at_us, account_id, actor, verb, object, before::text AS before, after::text AS after, req_id, address
  FROM audit a
 WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR verb = $2)
   AND ($3::text IS NULL OR object = $3 OR (right($3, 1) = ':' AND starts_with(object, $3)))
   AND ($4::text IS NULL OR address = $4)
   AND ($5::text IS NULL OR lower(object || E'\n' || actor || E'\n' || verb || E'\n' || req_id || E'\n' || coalesce(before::text, '')
                                  || E'\n' || coalesce(after::text, '')) LIKE lower($5))
   AND ($6::bigint = 0 OR at >= at($6::bigint)) AND ($7::bigint = 0 OR at < at($7::bigint))
   AND ($8::bigint = 0 OR id < $8::bigint)
 ORDER BY id DESC LIMIT $9::bigint;

-- name: audit_list_up :many
-- The same, oldest first: behind $8.
SELECT id, us(at) AS at_us, account_id, actor, verb, object, before::text AS before, after::text AS after, req_id, address
  FROM audit a
 WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR verb = $2)
   AND ($3::text IS NULL OR object = $3 OR (right($3, 1) = ':' AND starts_with(object, $3)))
   AND ($4::text IS NULL OR address = $4)
   AND ($5::text IS NULL OR lower(object || E'\n' || actor || E'\n' || verb || E'\n' || req_id || E'\n' || coalesce(before::text, '')
                                  || E'\n' || coalesce(after::text, '')) LIKE lower($5))
   AND ($6::bigint = 0 OR at >= at($6::bigint)) AND ($7::bigint = 0 OR at < at($7::bigint))
   AND id > $8::bigint
 ORDER BY id LIMIT $9::bigint;

-- name: audit_plans :exec
SELECT set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: audit_words :many
-- The verbs and actors that there are, each found by one step of an index.
WITH RECURSIVE v AS (
    (SELECT verb AS word FROM audit ORDER BY verb LIMIT 1)
    UNION ALL SELECT (SELECT a.verb FROM audit a WHERE a.verb > v.word ORDER BY a.verb LIMIT 1) FROM v WHERE v.word IS NOT NULL
), w AS (
    (SELECT actor AS word FROM audit ORDER BY actor LIMIT 1)
    UNION ALL SELECT (SELECT a.actor FROM audit a WHERE a.actor > w.word ORDER BY a.actor LIMIT 1) FROM w WHERE w.word IS NOT NULL
)
SELECT 'verb' AS kind, word FROM v WHERE word IS NOT NULL
UNION ALL (SELECT 'actor', word FROM w WHERE word IS NOT NULL LIMIT 500) ORDER BY kind, word;

-- name: audit_seal :one
SELECT sealed, coalesce(head_n, 0) AS head_n, coalesce(head, '') AS head FROM audit_seal_some($1);

-- name: audit_head :one
-- No row: nothing was sealed yet.
SELECT 0::bigint AS sealed, n AS head_n, encode(hash, 'hex') AS head FROM audit_seal ORDER BY n DESC LIMIT 1;

-- name: audit_chain :many
-- The links behind $1, with the rows that they are about.
SELECT s.n, s.audit_id, encode(s.row_hash, 'hex') AS row_hash, encode(s.hash, 'hex') AS hash, a.id IS NOT NULL AS there,
       us(a.at) AS at_us, a.account_id, a.actor, a.verb, a.object, a.before::text AS before, a.after::text AS after,
       a.req_id, a.address
  FROM audit_seal s LEFT JOIN audit a ON a.id = s.audit_id
 WHERE s.n > $1 ORDER BY s.n LIMIT $2;

-- name: audit_stranger :one
-- The first row that is neither sealed nor waiting for it; no row: there is none.
SELECT a.id FROM audit a
 WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.audit_id = a.id) AND NOT EXISTS (SELECT FROM audit_open o WHERE o.id = a.id)
 ORDER BY a.id LIMIT 1;

-- name: audit_waiting :one
SELECT count(*) AS waiting FROM audit_open;
