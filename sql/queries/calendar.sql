-- The calendar: lanes, one a job, by team and name; what ran in them, within [$a, $b).

-- name: calendar_lanes :many
-- $1 account, $2 an admin, $3 team or NULL, $4 job or NULL, $5 and $6 team and name of the last lane before, $7 how many.
SELECT l.id, l.name, t.name AS team, l.spec_text, l.from_us, l.next_us
  FROM (SELECT id, name FROM team
         WHERE ($3::text IS NULL OR name = $3) AND name COLLATE "C" >= $5 COLLATE "C"
           AND ($2::boolean OR EXISTS (SELECT FROM membership m WHERE m.team_id = team.id AND m.account_id = $1))
         ORDER BY name COLLATE "C") t
 CROSS JOIN LATERAL (SELECT j.id, j.name, j.spec::text AS spec_text, us(j.next_from) AS from_us, us(n.next_at) AS next_us
                       FROM job j JOIN job_now n ON n.job_id = j.id
                      WHERE j.team_id = t.id AND ($4::text IS NULL OR j.name = $4) AND (t.name <> $5 OR j.name COLLATE "C" > $6 COLLATE "C")
                      ORDER BY j.name COLLATE "C" LIMIT $7::bigint) l
 LIMIT $7;

-- name: calendar_runs :many
-- $1 names; $2, $3 the window; at most $4 of each, the newest.
SELECT j.lane, r.id, r.state, us(r.queued_at) AS at_us, us(coalesce(r.started_at, r.queued_at)) AS started_us, us(r.finished_at) AS finished_us
  FROM unnest($1::text[]) WITH ORDINALITY AS j (name, lane)
 CROSS JOIN LATERAL (SELECT * FROM run x WHERE x.job_name = j.name AND x.queued_at >= at($2::bigint) AND x.queued_at < at($3::bigint)
                      ORDER BY x.queued_at DESC, x.id DESC LIMIT $4::bigint) r
 ORDER BY j.lane, r.queued_at, r.id;

-- name: calendar_odd :many
-- The same of those alone that did not succeed: what must be seen in a lane that is too full to draw.
SELECT j.lane, r.id, r.state, us(r.queued_at) AS at_us, us(coalesce(r.started_at, r.queued_at)) AS started_us, us(r.finished_at) AS finished_us
  FROM unnest($1::text[]) WITH ORDINALITY AS j (name, lane)
 CROSS JOIN LATERAL (SELECT x.* FROM unnest(ARRAY['running', 'failed', 'lost', 'missed', 'stopped']) s (state)
                      CROSS JOIN unnest(ARRAY['schedule', 'manual', 'parent', 'api']) t (trigger)
                      CROSS JOIN LATERAL (SELECT * FROM run y WHERE y.job_name = j.name AND y.kind = run_kind(s.state, t.trigger)
                                             AND y.queued_at >= at($2::bigint) AND y.queued_at < at($3::bigint)
                                           ORDER BY y.queued_at DESC, y.id DESC LIMIT $4::bigint) x
                      ORDER BY x.queued_at DESC LIMIT $4) r
 ORDER BY j.lane, r.queued_at, r.id;

-- name: calendar_first :many
-- When the first of each began.
SELECT j.lane, us(r.queued_at) AS at_us
  FROM unnest($1::text[]) WITH ORDINALITY AS j (name, lane)
 CROSS JOIN LATERAL (SELECT x.queued_at FROM run x WHERE x.job_name = j.name AND x.queued_at >= at($2::bigint) AND x.queued_at < at($3::bigint)
                      ORDER BY x.queued_at, x.id LIMIT 1) r
 ORDER BY j.lane;
