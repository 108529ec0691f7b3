-- What `signalbox migrate` runs before anything else: two that start at once take turns, and a database says what was
-- applied to it. The number of the lock is any; sql/queries/migrate.sql takes the same.
SET LOCAL lock_timeout = 0;
SELECT pg_advisory_xact_lock(7240161);
CREATE TABLE IF NOT EXISTS schema_migration (
    name       text PRIMARY KEY,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
