-- What our definition says is expected from when it is saved, not only from when the engine has it: a change that does not get
-- there, and a copy that somebody switched off or let expire there, make fires miss, and the reason is told.

ALTER TABLE watch
    ADD held_at  timestamptz, -- since when the engine has this version; NULL: not yet
    ADD had      bigint NOT NULL DEFAULT 0, -- the version it had before; 0: none
    ADD copy     jsonb,       -- what it had in place of ours, as the last comparison saw it; a JSON null: it was gone there
    ADD wiped_at timestamptz; -- its history holds nothing from before
UPDATE watch SET held_at = from_at, had = version;
INSERT INTO watch (job_id, version, had)
SELECT j.id, o.wanted, o.done FROM outbox o JOIN job j ON j.id = o.job_id WHERE o.state IN ('pending', 'failing');

-- The engine's copy is another one than that version of ours. `otherwise`: in what decides at which moments it fires, so that ours
-- say nothing. Switched off, expired or gone it does not fire where ours does: that is what a missed run is there for.
CREATE FUNCTION watch_drift(p_name text, p_job bigint, p_version bigint, OUT copy jsonb, OUT otherwise boolean)
    LANGUAGE sql STABLE AS $$
    SELECT coalesce(d.engine, 'null'), string_to_array(d.fields, ', ') && ARRAY['schedule', 'timezone', 'parent_job', 'ephemeral']
      FROM drift d WHERE d.job_name = p_name AND d.job_id = p_job AND d.version = p_version
$$;

-- Ends the open stretch of a job, and opens that of what is expected from here on. What a change took less than five seconds to
-- follow is not worth a row.
CREATE FUNCTION watch_renew(o outbox, p_had bigint, p_held boolean, p_copy jsonb, p_otherwise boolean) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM watch WHERE job_id = o.job_id AND (p_otherwise OR until_at IS NULL AND held_at IS NULL AND from_at > now() - interval '5 s');
    UPDATE watch w SET until_at = now(), due_at = least(due_at, now()), copy = coalesce(p_copy, w.copy),
           wiped_at = CASE WHEN p_copy = 'null' AND w.copy IS DISTINCT FROM 'null' THEN now() ELSE w.wiped_at END
     WHERE job_id = o.job_id AND until_at IS NULL;
    INSERT INTO watch (job_id, version, had, held_at, copy, due_at)
    SELECT j.id, o.wanted, p_had, CASE WHEN p_held THEN clock_timestamp() END, CASE WHEN NOT p_held THEN p_copy END,
           CASE WHEN p_held THEN now() ELSE now() + interval '5 s' END
      FROM job j WHERE j.id = o.job_id;
END $$;

-- Follows the outbox. Since when the engine fired at other moments nobody knows, so such drift takes with it what was not judged.
CREATE OR REPLACE FUNCTION watch_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    same boolean := TG_OP = 'UPDATE' AND NEW.wanted = OLD.wanted AND NEW.job_id IS NOT DISTINCT FROM OLD.job_id;
    was text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.state ELSE 'pending' END;
    d record;
BEGIN
    IF NEW.job_id IS NULL OR same AND NEW.state = was AND NEW.done = OLD.done AND was <> 'drifted' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (NOT same OR was IN ('in_sync', 'drifted')) THEN
        SELECT * INTO d FROM watch_drift(NEW.job_name, NEW.job_id, OLD.done);
    ELSE
        SELECT NULL::jsonb AS copy, NULL::boolean AS otherwise INTO d;
    END IF;
    IF same AND NEW.done = 0 AND OLD.done > 0 THEN -- the engine has forgotten it
        d.copy := 'null';
    END IF;
    IF NOT same THEN -- saved
        PERFORM watch_renew(NEW, NEW.done, NEW.state = 'in_sync', d.copy, coalesce(d.otherwise, false));
    ELSIF NEW.state = 'drifted' THEN
        IF coalesce(d.otherwise, true) THEN
            DELETE FROM watch WHERE job_id = NEW.job_id;
        ELSE
            UPDATE watch SET copy = d.copy, wiped_at = CASE WHEN d.copy = 'null' AND copy IS DISTINCT FROM 'null' THEN now() ELSE wiped_at END
             WHERE job_id = NEW.job_id AND until_at IS NULL;
            IF NOT FOUND THEN PERFORM watch_renew(NEW, NEW.done, true, NULL, false); END IF;
        END IF;
    ELSIF was IN ('in_sync', 'drifted') THEN -- put right there by hand, or to be written anew
        PERFORM watch_renew(NEW, NEW.done, NEW.state = 'in_sync', d.copy, coalesce(d.otherwise, false));
    ELSIF NEW.state = 'in_sync' THEN -- it has arrived
        UPDATE watch SET held_at = clock_timestamp(), next_at = NULL, due_at = now() WHERE job_id = NEW.job_id AND until_at IS NULL AND held_at IS NULL;
        IF NOT FOUND THEN PERFORM watch_renew(NEW, NEW.done, true, NULL, false); END IF;
    ELSE
        UPDATE watch SET had = NEW.done WHERE job_id = NEW.job_id AND until_at IS NULL AND held_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
