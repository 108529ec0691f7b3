-- Every pool connects with the password of the address, under its own name; migrate_say has said which it is.
DO $$
DECLARE r text;
BEGIN
    FOR r IN SELECT rolname FROM pg_roles WHERE rolname ~ '^signalbox_(auth|admin|api|hook|gate|engine|work)$' LOOP
        EXECUTE format('ALTER ROLE %I PASSWORD %L', r, current_setting('signalbox.password'));
    END LOOP;
END $$;
