-- What a team says of itself, and how it likes its jobs kept. NULL: the configuration's default.
ALTER TABLE team
    ADD description text NOT NULL DEFAULT '' CHECK (char_length(description) <= 500),
    ADD keep_days   integer CHECK (keep_days BETWEEN 1 AND 36500),   -- runs older than this may go
    ADD keep_runs   integer CHECK (keep_runs BETWEEN 1 AND 1000000), -- of each job, the newest that stay
    ADD drift       text CHECK (drift IN ('show', 'revert', 'adopt')),
    -- A deleted team: its runs stay, so its row does, under a name that nobody can type ("ops~12").
    ADD gone_at     timestamptz,
    DROP CONSTRAINT team_name_check,
    ADD CONSTRAINT team_name_check CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$' OR gone_at IS NOT NULL);

-- When it last asked for anything, by session, token or a JWT; kept to the minute.
ALTER TABLE account ADD seen_at timestamptz;

-- An account as model/account.h shows it: never with its password.
CREATE VIEW account_shown AS
    SELECT id, name, email, timezone, theme, admin, dashboard, shortcuts, disabled_at IS NOT NULL AS disabled,
           password_changed_at IS NULL AS password_first, us(created_at) AS created_us, us(seen_at) AS seen_us
      FROM account;

-- Somebody must be able to let the others in again. The program says so in words before it comes to this.
CREATE FUNCTION account_keeps_admin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM account WHERE admin AND disabled_at IS NULL) THEN
        RAISE EXCEPTION 'the last enabled admin stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER account_keeps_admin AFTER UPDATE ON account FOR EACH ROW
    WHEN (OLD.admin AND OLD.disabled_at IS NULL AND (NOT NEW.admin OR NEW.disabled_at IS NOT NULL))
    EXECUTE FUNCTION account_keeps_admin();

-- The teams that an account may see (all: an admin, as a manager), as model/team.h shows them. One SELECT, so that the
-- planner sees through it and counts only where somebody asks.
CREATE FUNCTION team_seen(who bigint, everything boolean) RETURNS TABLE (
    id bigint, name text, role bigint, description text, keep_days bigint, keep_runs bigint, drift text, members bigint, jobs bigint)
LANGUAGE sql STABLE AS $$
    SELECT t.id, t.name, CASE WHEN everything THEN 4 ELSE m.role END::bigint, t.description, t.keep_days::bigint,
           t.keep_runs::bigint, t.drift, (SELECT count(*) FROM membership n WHERE n.team_id = t.id),
           (SELECT count(*) FROM job j WHERE j.team_id = t.id)
      FROM team t LEFT JOIN membership m ON m.team_id = t.id AND m.account_id = who
     WHERE t.gone_at IS NULL AND (everything OR m.role IS NOT NULL)
$$;

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
