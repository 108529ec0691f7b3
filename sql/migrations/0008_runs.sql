-- Runs at scale: states, order, filters, search, statistics, retention.

-- A missed run is a fire that nothing answered (0009): queued_at is when it was due.
ALTER TABLE run DROP CONSTRAINT run_state_check;
ALTER TABLE run ADD CONSTRAINT run_state_check
    CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'stopped', 'lost', 'missed'));
