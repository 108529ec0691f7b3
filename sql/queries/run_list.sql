-- Lists of runs, in two steps: which ones, by walking one index from its newest end for as many as are wanted; then what
-- is shown of them.
--
-- Of the first step: $1 from when on; $2, $3 only what stands behind this moment and id; $4 how many. Newest first.

-- name: run_list_plans :exec
SELECT set_config('plan_cache_mode', $1, true);

-- name: run_ids_when :many
SELECT id, us(queued_at) AS queued_us FROM run
 WHERE queued_at >= at($1::bigint) AND (queued_at, id) < (at($2::bigint), $3::bigint)
 ORDER BY queued_at DESC, id DESC LIMIT $4::bigint;

-- name: run_ids_kind :many
-- $5 kinds (run_kind()).
SELECT x.id, us(x.queued_at) AS queued_us
  FROM unnest($5::smallint[]) AS k (kind)
 CROSS JOIN LATERAL (SELECT r.id, r.queued_at FROM run r
                      WHERE r.kind = k.kind AND r.queued_at >= at($1::bigint) AND (r.queued_at, r.id) < (at($2::bigint), $3::bigint)
                      ORDER BY r.queued_at DESC, r.id DESC LIMIT $4::bigint) x
 ORDER BY x.queued_at DESC, x.id DESC LIMIT $4;

-- name: run_ids_team :many
-- $5 kinds, $6 teams.
SELECT x.id, us(x.queued_at) AS queued_us
  FROM unnest($6::bigint[]) AS t (id) CROSS JOIN unnest($5::smallint[]) AS k (kind)
 CROSS JOIN LATERAL (SELECT r.id, r.queued_at FROM run r
                      WHERE r.team_id = t.id AND r.kind = k.kind AND r.queued_at >= at($1::bigint) AND (r.queued_at, r.id) < (at($2::bigint), $3::bigint)
                      ORDER BY r.queued_at DESC, r.id DESC LIMIT $4::bigint) x
 ORDER BY x.queued_at DESC, x.id DESC LIMIT $4;

-- name: run_ids_job :many
-- $5 names.
SELECT x.id, us(x.queued_at) AS queued_us
  FROM unnest($5::text[]) AS j (name)
 CROSS JOIN LATERAL (SELECT r.id, r.queued_at FROM run r
                      WHERE r.job_name = j.name AND r.queued_at >= at($1::bigint) AND (r.queued_at, r.id) < (at($2::bigint), $3::bigint)
                      ORDER BY r.queued_at DESC, r.id DESC LIMIT $4::bigint) x
 ORDER BY x.queued_at DESC, x.id DESC LIMIT $4;

-- name: run_ids_job_kind :many
-- $5 kinds, $6 names.
SELECT x.id, us(x.queued_at) AS queued_us
  FROM unnest($6::text[]) AS j (name) CROSS JOIN unnest($5::smallint[]) AS k (kind)
 CROSS JOIN LATERAL (SELECT r.id, r.queued_at FROM run r
                      WHERE r.job_name = j.name AND r.kind = k.kind AND r.queued_at >= at($1::bigint) AND (r.queued_at, r.id) < (at($2::bigint), $3::bigint)
                      ORDER BY r.queued_at DESC, r.id DESC LIMIT $4::bigint) x
 ORDER BY x.queued_at DESC, x.id DESC LIMIT $4;

-- name: run_ids_asked :many
-- $5 who asked.
SELECT id, us(queued_at) AS queued_us FROM run
 WHERE requested_by = $5 AND queued_at >= at($1::bigint) AND (queued_at, id) < (at($2::bigint), $3::bigint)
 ORDER BY queued_at DESC, id DESC LIMIT $4::bigint;

-- name: run_ids_node :many
-- $5 node. A run may come several times.
SELECT run_id AS id, us(run_at) AS queued_us FROM execution
 WHERE node = $5 AND run_at >= at($1::bigint) AND (run_at, run_id) < (at($2::bigint), $3::bigint)
 ORDER BY run_at DESC, run_id DESC LIMIT $4::bigint;

-- name: run_ids_words_near :many
-- $5 words, $6 teams, $7 job (run_query()): among the $8 newest only, which is all that a common word needs.
SELECT run_id AS id, us(queued_at) AS queued_us
  FROM (SELECT run_id, queued_at, words FROM run_text
         WHERE queued_at >= at($1::bigint) AND (queued_at, run_id) < (at($2::bigint), $3::bigint)
         ORDER BY queued_at DESC, run_id DESC LIMIT $8::bigint) t
 WHERE words @@ run_query($5, $6::bigint[], $7)
 ORDER BY queued_at DESC, run_id DESC LIMIT $4::bigint;

-- name: run_ids_words :many
SELECT run_id AS id, us(queued_at) AS queued_us FROM run_text
 WHERE words @@ run_query($5, $6::bigint[], $7) AND queued_at >= at($1::bigint) AND (queued_at, run_id) < (at($2::bigint), $3::bigint)
 ORDER BY queued_at DESC, run_id DESC LIMIT $4::bigint;

-- name: run_names :many
-- Names of jobs that fit all of $2, LIKE patterns of which $1 is the longest; $3 teams, NULL: any. At most $4.
SELECT name FROM (
    (SELECT j.name FROM job j WHERE j.search LIKE $1 AND lower(j.name) LIKE ALL ($2::text[]) AND ($3::bigint[] IS NULL OR j.team_id = ANY ($3)) LIMIT $4::bigint)
    UNION
    (SELECT n.job_name FROM run_name n WHERE lower(n.job_name) LIKE $1 AND lower(n.job_name) LIKE ALL ($2) AND ($3 IS NULL OR n.team_id = ANY ($3)) LIMIT $4)) x
 LIMIT $4;

-- name: run_keep :many
-- Those of $1, the newest first, that other filters let through, NULL meaning any: $2 teams, $3 kinds, $4 jobs, $5 who asked, $6
-- node, $7 LIKE patterns that the job's name fits; at most $8. OFFSET 0: each is fetched by its id and then judged, because the
-- planner would read the index of all runs of a team as well, a hundred times as many.
SELECT k.id, us(r.queued_at) AS queued_us
  FROM unnest($1::bigint[]) WITH ORDINALITY k (id, place)
 CROSS JOIN LATERAL (SELECT * FROM run WHERE run.id = k.id OFFSET 0) r
 WHERE ($2::bigint[] IS NULL OR r.team_id = ANY ($2)) AND ($3::smallint[] IS NULL OR r.kind = ANY ($3))
   AND ($4::text[] IS NULL OR r.job_name = ANY ($4)) AND ($5::text IS NULL OR r.requested_by = $5)
   AND ($6::text IS NULL OR $6 = ANY (ARRAY(SELECT e.node FROM execution e WHERE e.run_id = r.id)))
   AND ($7::text[] IS NULL OR lower(r.job_name) LIKE ALL ($7))
 ORDER BY k.place LIMIT $8::bigint;

-- name: run_show :many
SELECT s.* FROM run_seen($1, $2) s WHERE s.id = ANY ($3::bigint[]) ORDER BY s.queued_at DESC, s.id DESC;

-- name: run_teams :one
-- The teams whose runs are wanted: those that one may see, or the one of them that is named.
SELECT array_agg(t.id)::text AS teams, count(*) AS n FROM team t
 WHERE ($3::text IS NULL OR t.name = $3)
   AND ($2::boolean OR EXISTS (SELECT FROM membership m WHERE m.team_id = t.id AND m.account_id = $1));

-- name: run_executions_of :many
-- Of several runs, which the caller may see: by run and age.
SELECT e.id, e.run_id, e.engine_id, e.node, e.state, e.reason, e.attempt::bigint AS attempt, us(e.started_at) AS started_us,
       us(e.finished_at) AS finished_us, e.exit_code::bigint AS exit_code, e.output_size, e.output_complete, e.output_gone_at IS NOT NULL AS output_gone
  FROM unnest($1::bigint[]) AS r (id)
 CROSS JOIN LATERAL (SELECT * FROM execution x WHERE x.run_id = r.id ORDER BY x.started_at, x.engine_id LIMIT 1000) e
 ORDER BY e.run_id, e.started_at, e.engine_id;

-- name: run_last_good :one
-- The run of the same job that succeeded last before this one, $1.
SELECT x.id FROM run r
 CROSS JOIN unnest(ARRAY['schedule', 'manual', 'parent', 'api']) t (trigger)
 CROSS JOIN LATERAL (SELECT y.id, y.queued_at FROM run y WHERE y.job_name = r.job_name AND y.kind = run_kind('succeeded', t.trigger)
                        AND (y.queued_at, y.id) < (r.queued_at, r.id) AND y.team_id = r.team_id
                      ORDER BY y.queued_at DESC, y.id DESC LIMIT 1) x
 WHERE r.id = $1 ORDER BY x.queued_at DESC, x.id DESC LIMIT 1;

-- name: run_error :one
SELECT error FROM run_text WHERE run_id = $1 AND error IS NOT NULL;

-- name: run_failures :many
-- Of $3, newest first: as little as a row about each needs, and why, as far as it is known.
SELECT r.id, r.job_name, r.state, us(coalesce(r.finished_at, r.queued_at)) AS at_us, x.error, x.error_key
  FROM run r LEFT JOIN run_text x ON x.run_id = r.id
 WHERE r.id = ANY ($3::bigint[]) AND ($2::boolean OR r.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = $1))
 ORDER BY r.queued_at DESC, r.id DESC;

-- name: run_slow :many
-- $1 account, $2 an admin: what has run for more than three times as long as 19 in 20 of its job do, the longest first.
SELECT r.id, r.job_name, us(r.started_at) AS started_us, u.p95_ms
  FROM run r JOIN job_usual u ON u.job_id = r.job_id
 WHERE r.kind BETWEEN 8 AND 11 AND u.n >= 5 AND r.started_at < at($3::bigint) - u.p95_ms * interval '3 ms' - interval '30 s'
   AND ($2::boolean OR r.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = $1))
 ORDER BY r.started_at LIMIT $4::bigint;
