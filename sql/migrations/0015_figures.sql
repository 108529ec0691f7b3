-- Indexes that pages with 10,000 jobs and a million runs are counted from.

-- Jobs whose last run wants a look, or goes on: few, counted on each list of jobs and listed on the overview.
CREATE INDEX job_now_look ON job_now (run_state, run_key, job_id) WHERE run_state IN ('failed', 'lost', 'missed', 'running');

-- A team's jobs are counted, and found, without reading them.
DROP INDEX job_team;
CREATE INDEX job_team ON job (team_id, disabled) INCLUDE (id);
