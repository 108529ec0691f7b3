-- What a team says of itself, and how it likes its jobs kept. NULL: the configuration's default.
ALTER TABLE team
    ADD description text NOT NULL DEFAULT '' CHECK (char_length(description) <= 500),
    ADD keep_days   integer CHECK (keep_days BETWEEN 1 AND 36500),   -- runs older than this may go
    ADD keep_runs   integer CHECK (keep_runs BETWEEN 1 AND 1000000), -- of each job, the newest that stay
    ADD drift       text CHECK (drift IN ('show', 'revert', 'adopt')),
    ADD updated_at  timestamptz NOT NULL DEFAULT now(),
    -- A deleted team: its runs stay, so its row does, under a name that nobody can type ("ops~12").
    ADD gone_at     timestamptz,
    DROP CONSTRAINT team_name_check,
    ADD CONSTRAINT team_name_check CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$' OR gone_at IS NOT NULL);

-- Who shows a token of the configured issuer has neither session nor token here that would say when.
ALTER TABLE account ADD jwt_used_at timestamptz;

-- Nothing moves into a team that is being deleted: the deletion locks the row, counts, and marks it.
-- As the owner: who may add a job need not be able to write teams.
CREATE FUNCTION team_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM team WHERE id = NEW.team_id AND gone_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this team was deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER team_stands BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION team_stands();
CREATE TRIGGER team_stands_still BEFORE UPDATE OF team_id ON job
    FOR EACH ROW WHEN (OLD.team_id <> NEW.team_id) EXECUTE FUNCTION team_stands();
CREATE TRIGGER team_stands BEFORE INSERT ON membership FOR EACH ROW EXECUTE FUNCTION team_stands();
