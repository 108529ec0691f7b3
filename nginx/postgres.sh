# postgres: a private server in VAR/pg, reachable through a socket in a folder that only its owner may pass. Read by run.

pg_bin=

# The version that made the data, or the newest there is.
pg_find() {
	local wanted='*' dir
	[ ! -e "$VAR/pg/PG_VERSION" ] || wanted=$(cat "$VAR/pg/PG_VERSION")
	for dir in /usr/lib/postgresql/$wanted/bin; do
		[ ! -x "$dir/postgres" ] || pg_bin=$dir
	done
	if [ -z "$pg_bin" ] && [ "$wanted" = '*' ] && command -v initdb >/dev/null; then
		pg_bin=$(dirname "$(readlink -f "$(command -v initdb)")")
	fi
	[ -n "$pg_bin" ] || die "no Postgres found${wanted/#[0-9]*/ of version $wanted, which made $VAR/pg}"
}

# Postgres refuses to run as root. Its own user may be unable to pass the folders above VAR; then it gets the right to
# pass any folder, and no other.
pg_as=()
pg_user() {
	[ "$(id -u)" = 0 ] || return 0
	pg_as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
	id postgres >/dev/null 2>&1 || die "run by root, Postgres needs the user postgres"
	if ! "${pg_as[@]}" test -x "$VAR"; then
		pg_as+=(--inh-caps=+dac_read_search --ambient-caps=+dac_read_search)
	fi
}

pg_folder() { # PATH: of Postgres alone
	if [ "$(id -u)" = 0 ]; then
		install -d -m 0700 -o postgres -g postgres "$1"
	else
		install -d -m 0700 "$1"
	fi
}

pg_init() {
	[ ! -e "$VAR/pg/PG_VERSION" ] || return 0
	rm -rf "$VAR/pg.new" "$VAR/pg"
	pg_folder "$VAR/pg.new"
	step postgres "${pg_as[@]}" "$pg_bin/initdb" -D "$VAR/pg.new" -U signalbox -A trust --data-checksums \
		--encoding=UTF8 --locale=C --lc-ctype=C.UTF-8 --no-instructions
	mv "$VAR/pg.new" "$VAR/pg"
}

# Connections for six pools of 64 workers, the most that SIGNALBOX_WORKERS takes.
be_postgres() {
	child INT "${pg_as[@]}" setpriv --pdeathsig INT "$pg_bin/postgres" -D "$VAR/pg" -c listen_addresses= \
		-c unix_socket_directories="$RUN/pg" -c max_connections=450 -c shared_buffers=64MB -c jit=off \
		-c timezone=UTC -c log_timezone=UTC -c log_min_messages=warning -c log_line_prefix='%m [%p] %a ' \
		-c cluster_name=signalbox
}

pg_ask() { psql -X -q -A -t -h "$RUN/pg" -U signalbox -d "$1" -c "$2"; }

pg_start() {
	pg_find
	pg_user
	pg_folder "$VAR/run/pg"
	pg_init
	start postgres be_postgres
	until_true 60 postgres pg_ask postgres 'select 1' || die "Postgres does not answer" postgres
	[ -n "$(pg_ask postgres "select 1 from pg_database where datname = 'signalbox'")" ] ||
		pg_ask postgres 'create database signalbox'
}
