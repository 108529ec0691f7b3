-- One million runs of 10,000 jobs in 40 teams over 30 days, put in directly: with an execution each, one in a hundred with
-- output. Straight into the tables, without triggers and with the indexes made afterwards; what work would have counted is
-- counted by run_recount(). :runs says how many.
\set ON_ERROR_STOP on
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';

INSERT INTO team (name) SELECT 'team-' || n FROM generate_series(1, 40) n;
INSERT INTO job (team_id, name, spec, updated_by)
SELECT (SELECT id FROM team WHERE name = 'team-' || n % 40 + 1), (ARRAY['backup', 'export', 'report', 'import', 'sync'])[n % 5 + 1] || '-' || n,
       jsonb_build_object('executor', 'shell', 'executor_config', jsonb_build_object('command', 'true'), 'timezone', '',
                          'schedule', CASE WHEN n % 50 = 0 THEN '0 * * * * *' WHEN n % 10 = 0 THEN '0 */15 * * * *'
                                           ELSE format('0 %s %s * * *', n % 60, n % 24) END), 'bench'
  FROM generate_series(1, 10000) n;
INSERT INTO job_now (job_id, next_at) SELECT id, now() + id % 86400 * interval '1 s' FROM job ON CONFLICT DO NOTHING;
INSERT INTO outbox (job_name, job_id, wanted, done, state) SELECT name, id, 1, 1, 'in_sync' FROM job ON CONFLICT DO NOTHING;

CREATE TEMP TABLE made_later AS
SELECT indexname, indexdef FROM pg_indexes
 WHERE schemaname = 'public' AND tablename IN ('run', 'execution')
   AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid IN ('run'::regclass, 'execution'::regclass));
DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM made_later LOOP EXECUTE format('DROP INDEX %I', i.indexname); END LOOP; END $$;

-- Every tenth run is of one of twenty busy jobs, all of which is spread by multiplying with primes.
INSERT INTO run (job_id, job_name, team_id, job_version, group_ns, state, trigger, requested_by, reason, queued_at, started_at, finished_at, heard_at)
SELECT j.id, j.name, j.team_id, 1, us(x.at) * 1000 + x.i, x.state, x.trigger, CASE WHEN x.trigger IN ('manual', 'api') THEN 'person-' || x.i % 53 END,
       CASE WHEN x.state IN ('lost', 'missed') THEN 'the engine was away' END, x.at, CASE WHEN x.state <> 'missed' THEN x.at END,
       CASE WHEN x.state <> 'running' THEN x.at + x.took * interval '1 ms' END, x.at
  FROM (SELECT i, now() - (:runs - i) * (interval '30 days' / :runs) AS at, 200 + i * 7 % 977 + (i % 10) ^ 5::bigint AS took,
               CASE WHEN i % 10 = 0 THEN i / 10 % 20 ELSE i * 7919 % 10000 END + 1 AS job,
               CASE WHEN i > :runs - 30 THEN 'running' WHEN i * 31 % 1009 < 50 THEN 'failed' WHEN i * 31 % 1009 < 55 THEN 'stopped'
                    WHEN i * 37 % 10007 < 20 THEN 'missed' WHEN i * 41 % 99991 < 100 THEN 'lost' ELSE 'succeeded' END AS state,
               CASE i * 17 % 101 WHEN 0 THEN 'api' WHEN 1 THEN 'api' WHEN 2 THEN 'parent' WHEN 3 THEN 'parent' WHEN 4 THEN 'manual' WHEN 5 THEN 'manual'
                    ELSE 'schedule' END AS trigger
          FROM generate_series(1::bigint, :runs) i) x
  JOIN (SELECT row_number() OVER (ORDER BY id) AS n, id, name, team_id FROM job WHERE updated_by = 'bench') j ON j.n = x.job
 ORDER BY x.i;
INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, started_at, finished_at, exit_code, settled, output_size, output_complete, run_at)
SELECT id, job_name, group_ns || '-node', CASE WHEN id % 49999 = 0 THEN 'node-seldom' ELSE 'node-' || id % 12 END, 1, state, started_at, finished_at,
       CASE state WHEN 'succeeded' THEN 0 WHEN 'failed' THEN 1 END, true, 0, true, queued_at
  FROM run WHERE state <> 'missed';
INSERT INTO output (execution_id, start, bytes)
SELECT id, 0, convert_to('opening ledger ' || id || E'\n' || repeat(E'row ' || id % 1000 || E' written to the warehouse\n', 40)
                         || CASE WHEN state = 'failed' THEN E'fatal: ledger is locked by ' || id || E'\n' ELSE E'done\n' END, 'UTF8')
  FROM execution WHERE id % 100 = 0 AND state <> 'running';
UPDATE execution e SET output_size = length(o.bytes) FROM output o WHERE o.execution_id = e.id;
INSERT INTO run_text (run_id, queued_at, words, error, error_key)
SELECT e.run_id, e.run_at, run_vector(regexp_replace(convert_from(o.bytes, 'UTF8'), '[^a-zA-Z0-9]', ' ', 'g'), r.team_id, r.job_name),
       CASE WHEN e.state = 'failed' THEN 'fatal: ledger is locked' END, CASE WHEN e.state = 'failed' THEN 'fatal: ledger is locked' END
  FROM output o JOIN execution e ON e.id = o.execution_id JOIN run r ON r.id = e.run_id;

DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM made_later LOOP EXECUTE i.indexdef; END LOOP; END $$;
UPDATE job_now n SET run_id = l.id, run_state = l.state, run_began_at = l.queued_at, run_started_at = l.started_at, run_finished_at = l.finished_at
  FROM job j, LATERAL (SELECT * FROM run r WHERE r.job_id = j.id ORDER BY r.id DESC LIMIT 1) l WHERE j.id = n.job_id;
INSERT INTO run_name SELECT DISTINCT job_name, team_id FROM run ON CONFLICT DO NOTHING;
SELECT run_recount();
CLUSTER run_hour USING run_hour_pkey; -- hours lie beside each other when they are counted as they pass

-- 100,000 requests: one in a thousand waits, the others have ended.
INSERT INTO task (type, title, about, state, stage, requester, team_id, req_id, reason, data, data_hash, completed, valid, approved, approver_role, created_at, expires_at, due_at)
SELECT (ARRAY['change-job', 'run-job', 'invite'])[n % 3 + 1], 'Change ' || j.name, 'job:' || j.name, CASE WHEN n % 1000 = 0 THEN 'requested' ELSE 'completed' END,
       CASE WHEN n % 1000 = 0 THEN 'wait' ELSE 'end' END, 'person-' || n % 53, j.team_id, 'bench', 'ticket ' || n, '{}', n, n % 1000 <> 0, true, n % 1000 <> 0, 4,
       now() - (100000 - n) * interval '5 min', now() + interval '3 days', NULL
  FROM generate_series(1, 100000) n JOIN (SELECT row_number() OVER (ORDER BY id) AS i, name, team_id FROM job WHERE updated_by = 'bench') j ON j.i = n % 10000 + 1
 ORDER BY n;
VACUUM ANALYZE;
CHECKPOINT; -- or the pages of the fill are written out while the first lists are measured
