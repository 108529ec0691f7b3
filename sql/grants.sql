-- Who may touch what. Applied by `signalbox migrate` behind the migrations, every time and in one transaction: what
-- is not granted here any more is gone. Each pool connects as its own role and can do what its statements do, no more.
DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['auth', 'admin', 'api', 'hook', 'gate', 'engine', 'work'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'signalbox_' || r) THEN
                EXECUTE format('CREATE ROLE %I LOGIN', 'signalbox_' || r);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this server is migrated at the same moment
        END;
    END LOOP;
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO signalbox_auth, signalbox_admin, signalbox_api, signalbox_hook, signalbox_gate, signalbox_work;
REVOKE ALL ON ALL TABLES IN SCHEMA public
  FROM signalbox_auth, signalbox_admin, signalbox_api, signalbox_hook, signalbox_gate, signalbox_engine, signalbox_work;

-- What runs with the owner's rights is only for whom it is granted to below. Not the extension's functions: they may
-- belong to somebody else.
DO $$
DECLARE f record;
BEGIN
    FOR f IN SELECT oid::regprocedure AS name, prosecdef FROM pg_proc
              WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM signalbox_auth, signalbox_admin, signalbox_api, signalbox_hook, '
                       'signalbox_gate, signalbox_engine, signalbox_work', f.name);
        IF f.prosecdef THEN
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name);
        END IF;
    END LOOP;
END $$;

-- Who asks: one statement for each request, by session or by token. Nobody but admin sees password_hash.
GRANT SELECT (id, name, email, admin, dashboard, timezone, theme, shortcuts, disabled_at, created_at, password_changed_at)
   ON account TO signalbox_admin;
GRANT SELECT (id, name, admin, dashboard, disabled_at) ON account TO signalbox_auth, signalbox_api, signalbox_gate;
GRANT SELECT, UPDATE (seen_at) ON session TO signalbox_auth, signalbox_admin, signalbox_api, signalbox_gate;
GRANT SELECT, UPDATE (used_at) ON token TO signalbox_auth, signalbox_admin, signalbox_api, signalbox_gate;
GRANT SELECT ON team, membership TO signalbox_auth, signalbox_admin, signalbox_api, signalbox_gate;

-- Accounts, sessions and tokens are looked after on the pages only.
GRANT SELECT (password_hash), INSERT, UPDATE (password_hash, password_changed_at, disabled_at, timezone, theme, shortcuts)
   ON account TO signalbox_admin;
GRANT INSERT, UPDATE (revoked_at) ON session, token TO signalbox_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON knock TO signalbox_admin;
GRANT INSERT ON team TO signalbox_admin;
GRANT INSERT, UPDATE, DELETE ON membership TO signalbox_admin;

-- people: teams, accounts and tokens through the API as on the pages. It sets passwords and never reads one.
GRANT SELECT ON account_shown TO signalbox_admin, signalbox_api;
GRANT UPDATE (name, description, keep_days, keep_runs, drift, gone_at) ON team TO signalbox_admin, signalbox_api;
GRANT INSERT ON team TO signalbox_api;
GRANT INSERT, UPDATE, DELETE ON membership TO signalbox_api;
GRANT SELECT (email), INSERT, UPDATE (password_hash, password_changed_at) ON account TO signalbox_api;
GRANT UPDATE (email, admin, dashboard, disabled_at) ON account TO signalbox_admin, signalbox_api;
GRANT SELECT (seen_at), UPDATE (seen_at) ON account TO signalbox_auth, signalbox_admin, signalbox_api, signalbox_gate;
GRANT INSERT, UPDATE (revoked_at) ON token TO signalbox_api;
GRANT UPDATE (revoked_at) ON session TO signalbox_api;

-- The audit grows and never changes.
GRANT INSERT ON audit TO signalbox_admin, signalbox_api, signalbox_gate, signalbox_work;
GRANT SELECT ON audit, audit_seal TO signalbox_admin, signalbox_api;
GRANT EXECUTE ON FUNCTION audit_seal_some TO signalbox_work;

-- Jobs.
GRANT SELECT ON job, job_now, revision, outbox TO signalbox_admin, signalbox_api;
GRANT INSERT, DELETE, UPDATE (team_id, spec, version, updated_at, updated_by) ON job TO signalbox_admin, signalbox_api;
GRANT INSERT, UPDATE (next_at) ON job_now TO signalbox_admin, signalbox_api;
GRANT INSERT ON revision TO signalbox_admin, signalbox_api;
GRANT INSERT, UPDATE ON outbox TO signalbox_admin, signalbox_api; -- outbox_put()
GRANT SELECT, UPDATE (next_from) ON job TO signalbox_work;
GRANT SELECT, INSERT, UPDATE (next_at) ON job_now TO signalbox_work; -- INSERT: a job that was asked for and approved
GRANT SELECT ON team, membership, revision TO signalbox_work;
GRANT SELECT, UPDATE (job_id, state, reason, finished_at) ON run TO signalbox_admin, signalbox_api; -- a deleted job's queued runs end

-- jobs (0006): tags are written by a trigger with the owner's rights.
GRANT SELECT ON tag, job_tag TO signalbox_admin, signalbox_api;

-- Runs. Who may see jobs sees their runs; a request is a row that work takes up.
GRANT SELECT ON run, execution, output, engine_state TO signalbox_admin, signalbox_api;
GRANT SELECT ON engine_state TO signalbox_auth, signalbox_gate;
GRANT INSERT ON run TO signalbox_admin, signalbox_api;
-- The hook reads and writes nothing by itself: these say what the engine said, in one transaction of their own.
GRANT EXECUTE ON FUNCTION run_hear, hook_counted, harvest_soon, metrics TO signalbox_hook;
GRANT EXECUTE ON FUNCTION run_hear, hook_counted, harvest_soon, job_was_ours TO signalbox_work;
GRANT SELECT, INSERT, UPDATE, DELETE ON run, execution, output, harvest, turn, outbox, engine_state TO signalbox_work;
GRANT UPDATE (run_id) ON job_now TO signalbox_work; -- run_retie()

-- Bulk actions: asked for on pages and in the API, done by work on behalf of whoever asked.
GRANT SELECT, INSERT, UPDATE (stopped_at, try_at) ON bulk TO signalbox_admin, signalbox_api;
GRANT SELECT, INSERT ON bulk_item TO signalbox_admin, signalbox_api;
GRANT SELECT, UPDATE, DELETE ON bulk, bulk_item TO signalbox_work;
GRANT SELECT (id, name, admin, disabled_at) ON account TO signalbox_work;
GRANT SELECT (id, revoked_at, expires_at) ON token TO signalbox_work;
GRANT INSERT (team_id, name, spec, created_at, updated_at, updated_by), DELETE, UPDATE (team_id, spec, version, updated_at, updated_by) ON job
   TO signalbox_work; -- for people: bulk actions, and what others approved
GRANT INSERT ON revision TO signalbox_work;
-- notify: pages and API look after channels and put messages in; work tells. A secret of a channel is sealed, and
-- still only who sends it may read it.
GRANT SELECT (id, team_id, job_id, kind, target, on_failure, on_recovery, on_missed, off_at, off_reason, created_at, created_by),
      INSERT, UPDATE, DELETE ON channel TO signalbox_admin, signalbox_api;
GRANT SELECT, INSERT, UPDATE ON message TO signalbox_admin, signalbox_api;
GRANT SELECT ON alert_state TO signalbox_admin, signalbox_api;
GRANT SELECT, UPDATE (off_at, off_reason) ON channel TO signalbox_work;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_state, run_turned, message TO signalbox_work;
GRANT SELECT, UPDATE ON notify_setting TO signalbox_work;
-- notify: tokens of tasks, on the page and through the API. Strangers are counted.
GRANT SELECT, INSERT, UPDATE, DELETE ON knock TO signalbox_api;
-- Missed runs, and how work is doing.
GRANT SELECT, INSERT, UPDATE, DELETE ON watch, engine_past, missed_fire, loop_state TO signalbox_work;
GRANT SELECT ON watch, loop_state TO signalbox_admin, signalbox_api;

-- Reconcile: what the engine has that differs or is not ours, and the full comparison.
GRANT SELECT, INSERT, UPDATE, DELETE ON drift, unmanaged, comparison TO signalbox_work;
GRANT SELECT ON drift, unmanaged, comparison TO signalbox_admin, signalbox_api;
GRANT DELETE ON unmanaged TO signalbox_admin, signalbox_api; -- taking one over
GRANT UPDATE (asked_at, asked_by) ON comparison TO signalbox_admin, signalbox_api;
GRANT UPDATE (team_id, spec, version, updated_at, updated_by) ON job TO signalbox_work; -- adopting by policy
GRANT INSERT ON revision TO signalbox_work;
GRANT EXECUTE ON FUNCTION job_was_ours, harvest_soon TO signalbox_admin, signalbox_api;
-- reconcile: what is taken over from outside our namespace.
GRANT SELECT, INSERT, UPDATE ON takeover TO signalbox_admin, signalbox_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON takeover TO signalbox_work;
-- jobs: under which prefix ours stand on the engine.
GRANT SELECT, INSERT, UPDATE ON namespace TO signalbox_work;

-- engine: the embedded engine has a schema of its own, and nobody else sees it.
REVOKE ALL ON ALL TABLES IN SCHEMA engine FROM signalbox_engine;
GRANT USAGE ON SCHEMA engine TO signalbox_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA engine TO signalbox_engine;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA engine TO signalbox_engine;
-- engine: end of its rights.

-- runs: lists, search, statistics and retention (0008). What counts is written by work alone.
GRANT SELECT ON job_day, job_hist, job_usual, run_hour, run_total, run_news, run_text, run_name, run_retained TO signalbox_admin, signalbox_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON job_day, job_hist, job_usual, run_hour, run_total, run_news, run_text, run_name, run_retained TO signalbox_work;

-- Tasks: asked for and decided on by people and programs, gone on with by work.
GRANT SELECT ON task, task_action, task_note, task_approval, approver_group, approver, task_type, notification
   TO signalbox_admin, signalbox_api, signalbox_gate, signalbox_work;
GRANT INSERT, UPDATE ON task TO signalbox_admin, signalbox_api, signalbox_work;
GRANT INSERT, UPDATE, DELETE ON task_action, task_token TO signalbox_admin, signalbox_api, signalbox_work;
GRANT INSERT, UPDATE, DELETE ON task_approval TO signalbox_admin, signalbox_api; -- people say yes; work only counts them
GRANT UPDATE (capacity) ON task_approval TO signalbox_work; -- as what each counted, when the rules said yes to the rest
GRANT SELECT ON task_token TO signalbox_admin, signalbox_api, signalbox_gate, signalbox_work;
GRANT INSERT ON task_note TO signalbox_admin, signalbox_api, signalbox_gate, signalbox_work;
-- people: what is told to admins alone.
GRANT SELECT ON task_aside TO signalbox_admin, signalbox_api, signalbox_gate, signalbox_work;
GRANT INSERT ON task_aside TO signalbox_work;
GRANT INSERT ON notification TO signalbox_admin, signalbox_api, signalbox_gate, signalbox_work;
GRANT UPDATE (acknowledged_at, acknowledged_by) ON notification TO signalbox_admin, signalbox_api, signalbox_work;

-- What approved tasks do.
GRANT SELECT ON account_shown TO signalbox_work;
GRANT INSERT, UPDATE, DELETE ON membership TO signalbox_work;
GRANT SELECT, INSERT, UPDATE, DELETE ON knock TO signalbox_api; -- strangers ask through the API, too

-- people: approved tasks make, enable and change accounts and teams. Work sets passwords that arrive hashed, and reads none.
GRANT SELECT (id, name, email, admin, dashboard, disabled_at), INSERT,
      UPDATE (email, dashboard, admin, disabled_at, password_hash, password_changed_at) ON account TO signalbox_work;
GRANT SELECT (id, account_id, revoked_at), UPDATE (revoked_at) ON session TO signalbox_work;
GRANT INSERT, UPDATE (name, description, keep_days, keep_runs, drift, quota, max_jobs, min_interval_s, max_running) ON team TO signalbox_work;

-- Task types of admins (0022). What signs their calls is sealed, and only who signs reads it.
GRANT INSERT, UPDATE, DELETE ON task_type TO signalbox_admin, signalbox_api;
GRANT SELECT (type), INSERT, UPDATE, DELETE ON task_type_secret TO signalbox_admin, signalbox_api;
GRANT SELECT ON task_type_secret TO signalbox_work;

-- approval: what teams demand, and the groups that approve.
GRANT UPDATE (approvals, approvals_for, approver_role, approver_group_id) ON team TO signalbox_admin, signalbox_api;
-- notify: whether approvers of a team are mailed; work finds out who they are.
GRANT UPDATE (approver_mails) ON team TO signalbox_admin, signalbox_api;
GRANT INSERT, UPDATE, DELETE ON approver_group, approver TO signalbox_admin, signalbox_api;

-- Admins say what a team may have at most.
GRANT UPDATE (quota, max_jobs, min_interval_s, max_running) ON team TO signalbox_admin, signalbox_api;
