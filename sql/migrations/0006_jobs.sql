-- A definition is in normal form: fields that came with this version get their default, so that saving what is there
-- changes nothing.
UPDATE job SET spec = jsonb '{"keep_days": 0, "drift": ""}' || spec;

-- Dkron runs the children of a job one after another, in the order in which they were tied to it. The number says that
-- order; a child that changes its parent goes to the end.
CREATE SEQUENCE job_tied;
ALTER TABLE job ADD tied bigint;
UPDATE job j SET tied = o.place
  FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS place FROM job WHERE parent_job IS NOT NULL) o WHERE o.id = j.id;
SELECT setval('job_tied', coalesce((SELECT max(tied) FROM job), 0) + 1, false);

-- As the owner: who may save a job needs no right of his own to its order and its tags.
CREATE FUNCTION job_ties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(NEW.spec->>'parent_job', '') = '' THEN
        NEW.tied := NULL;
    ELSIF TG_OP = 'INSERT' OR NEW.spec->>'parent_job' IS DISTINCT FROM OLD.spec->>'parent_job' THEN
        NEW.tied := nextval('job_tied');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER job_ties BEFORE INSERT OR UPDATE OF spec ON job FOR EACH ROW EXECUTE FUNCTION job_ties();
DROP INDEX job_parent;
CREATE INDEX job_parent ON job (parent_job, tied) WHERE parent_job IS NOT NULL;

-- The tags of the jobs: what lists filter by and count. The value is without the count of nodes behind it. A number for
-- each name and value, because counting numbers costs a tenth of counting texts. Tags that no job carries any more stay.
CREATE TABLE tag (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name  text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    UNIQUE (name, value)
);
CREATE TABLE job_tag (
    tag_id bigint NOT NULL REFERENCES tag,
    job_id bigint NOT NULL REFERENCES job ON DELETE CASCADE,
    PRIMARY KEY (tag_id, job_id)
);
CREATE INDEX job_tag_job ON job_tag (job_id);

CREATE FUNCTION job_tagged(p_job bigint, p_tags jsonb) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(p_tags, '{}') = '{}' THEN RETURN; END IF;
    INSERT INTO tag (name, value) SELECT key, split_part(value, ':', 1) FROM jsonb_each_text(p_tags) e
     WHERE NOT EXISTS (SELECT FROM tag t WHERE t.name = e.key AND t.value = split_part(e.value, ':', 1))
     ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    INSERT INTO job_tag (tag_id, job_id)
    SELECT t.id, p_job FROM jsonb_each_text(p_tags) e JOIN tag t ON t.name = e.key AND t.value = split_part(e.value, ':', 1);
END $$;

CREATE FUNCTION job_is_tagged() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.spec->'tags' IS NOT DISTINCT FROM OLD.spec->'tags' THEN RETURN NULL; END IF;
        DELETE FROM job_tag WHERE job_id = NEW.id;
    END IF;
    PERFORM job_tagged(NEW.id, NEW.spec->'tags');
    RETURN NULL;
END $$;
CREATE TRIGGER job_is_tagged AFTER INSERT OR UPDATE OF spec ON job FOR EACH ROW EXECUTE FUNCTION job_is_tagged();
SELECT count(job_tagged(id, spec->'tags')) FROM job;

-- As in 0002, and by a tag: "name", or "name:value".
DROP FUNCTION job_found(bigint, boolean, text, text, text, boolean, text, text);
CREATE FUNCTION job_found(who bigint, everything boolean, word text, words text, in_team text, enabled boolean, last text, sync_state text,
                          tagged text)
RETURNS TABLE (id bigint, name text, updated_at timestamptz, next_key bigint, run_key bigint)
LANGUAGE sql STABLE AS $$
    SELECT j.id, j.name, j.updated_at, n.next_key, n.run_key
      FROM job j
      JOIN job_now n ON n.job_id = j.id
      LEFT JOIN outbox o ON o.job_name = j.name
     WHERE (everything OR j.team_id IN (SELECT m.team_id FROM membership m WHERE m.account_id = who))
       AND (in_team IS NULL OR j.team_id = (SELECT t.id FROM team t WHERE t.name = in_team))
       AND (enabled IS NULL OR j.disabled <> enabled)
       AND (last IS NULL OR n.run_state = last)
       AND (sync_state IS NULL OR o.state = sync_state)
       AND (word IS NULL OR j.search LIKE lower(word))
       AND (words IS NULL OR j.search LIKE ALL (string_to_array(lower(words), E'\n')))
       AND (tagged IS NULL OR j.id IN (
            SELECT g.job_id FROM tag t JOIN job_tag g ON g.tag_id = t.id
             WHERE t.name = tagged
                OR (tagged LIKE '%:%' AND t.name = split_part(tagged, ':', 1) AND t.value = substr(tagged, strpos(tagged, ':') + 1))))
$$;
