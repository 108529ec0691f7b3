# engine: what runs the jobs, and where nginx finds it. Read by run.
#
# A cluster that runs already (SIGNALBOX_DKRON_URL), else the program dkron (SIGNALBOX_DKRON_BIN, or on PATH), started here
# as a single server on loopback; else the embedded engine.

engine= engine_url= engine_text= dkron_bin=
dkron_servers= dkron_scheme=http dkron_host= dkron_name= dkron_path= dkron_authorization=
dkron_ca=/etc/ssl/certs/ca-certificates.crt

engine_choose() {
	local wanted=${given[ENGINE]:-}
	case $wanted in
		'' | dkron | embedded) ;;
		*) die "SIGNALBOX_ENGINE must be dkron or embedded, not '$wanted'" ;;
	esac
	dkron_bin=${given[DKRON_BIN]:-}
	if [ "$wanted" = embedded ]; then
		engine=embedded
	elif [ -n "${given[DKRON_URL]:-}" ]; then
		engine=dkron
		dkron_bin=
	elif [ -n "$dkron_bin" ]; then
		command -v "$dkron_bin" >/dev/null || die "SIGNALBOX_DKRON_BIN: there is no program $dkron_bin"
		engine=dkron
	elif dkron_bin=$(command -v dkron); then
		engine=dkron
	elif [ "$wanted" = dkron ]; then
		die "SIGNALBOX_ENGINE is dkron, but there is no dkron on PATH and no SIGNALBOX_DKRON_URL"
	else
		engine=embedded
		echo "No dkron found, so jobs run in the embedded engine. To have Dkron: get it from https://dkron.io, put it" \
			"on PATH, or set SIGNALBOX_DKRON_URL to a cluster that runs." >&2
	fi
}

# Who vouches for an https Dkron, to nginx and to us here as to the program: a path of the folder that run began in.
engine_authority() {
	local file
	file=$(setting DKRON_CA)
	[ -n "$file" ] || return 0
	dkron_ca=$(absolute "$file")
	[ -r "$dkron_ca" ] || die "SIGNALBOX_DKRON_CA: there is no file $file to read"
}

engine_ports() {
	if [ "$engine" = embedded ]; then
		engine_url=http://127.0.0.1:${ports[local]}/engine
	elif [ -n "$dkron_bin" ]; then
		choose_port dkron_http 8080
		choose_port dkron_serf 8946
		choose_port dkron_rpc 6868
		engine_url=http://127.0.0.1:${ports[dkron_http]}
	else
		engine_url=${given[DKRON_URL]}
	fi
}

# dkron_get PATH [FORMAT]: asks each address in turn; nothing but the answer, or what curl's -w makes of it.
dkron_get() {
	local url login auth=()
	login=$(setting DKRON_AUTH)
	[ -z "$login" ] || auth=(--config -)
	for url in ${engine_url//,/ }; do
		printf 'user = "%s"\n' "$login" |
			curl -q -s -f --noproxy '*' --cacert "$dkron_ca" --max-time 3 "${auth[@]}" "${url%/}$1" && return 0
	done
	return 1
}

dkron_version() {
	dkron_get /v1 | sed -n 's/.*"agent" *: *{[^}]*"version" *: *"\([^"]*\)".*/\1/p'
}

# One upstream from the addresses: names are resolved now, so that a restart of nginx does not hang on DNS. Scheme, path and
# Host are those of the first.
engine_upstream() {
	local url rest authority host port address login
	dkron_servers=
	for url in ${engine_url//,/ }; do
		rest=${url#*://}
		authority=${rest%%/*}
		port=80
		[ "${url%%://*}" != https ] || port=443
		case $authority in
			\[*\]) host=$authority ;;
			*:*) host=${authority%:*} port=${authority##*:} ;;
			*) host=$authority ;;
		esac
		if [ -z "$dkron_servers" ]; then
			dkron_scheme=${url%%://*} dkron_host=$authority dkron_path=
			dkron_name=${host#\[} dkron_name=${dkron_name%\]}
			[ "$rest" = "$authority" ] || { dkron_path=/${rest#*/} dkron_path=${dkron_path%/}; }
		fi
		address=$(getent ahosts "$host" | awk '/STREAM/ { print $1; exit }')
		case $address in *:*) address=[$address] ;; esac
		dkron_servers+="server ${address:-$host}:$port fail_timeout=5s; "
	done
	login=$(setting DKRON_AUTH)
	[ -z "$login" ] || dkron_authorization="Basic $(printf %s "$login" | base64 -w 0)"
}

be_dkron() {
	export SIGNALBOX_DKRON_BIN=$dkron_bin
	child TERM "$SIGNALBOX" --config "$config" agent --server --bootstrap-expect=1 --node-name=signalbox --data-dir="$VAR/dkron" \
		--bind-addr="127.0.0.1:${ports[dkron_serf]}" --advertise-addr="127.0.0.1:${ports[dkron_serf]}" --rpc-port="${ports[dkron_rpc]}" \
		--http-addr="127.0.0.1:${ports[dkron_http]}" --disable-usage-stats --log-level=warn
}

# Without the lock: what a job leaves behind must not hold it.
be_engine() {
	exec 9>&-
	child TERM "$SIGNALBOX" --config "$config" engine
}

engine_start() {
	local version
	if [ "$engine" = embedded ]; then
		start engine be_engine
		engine_text=embedded
		return
	fi
	if [ -n "$dkron_bin" ]; then
		mkdir -p "$VAR/dkron"
		start dkron be_dkron
		until_true 40 dkron dkron_get /v1/leader || die "Dkron found no leader" dkron
	else
		dkron_get /v1 >/dev/null || die "SIGNALBOX_DKRON_URL: nothing of Dkron's answers at $engine_url"
	fi
	version=$(dkron_version)
	engine_text="dkron ${version:-(version unknown)} at $engine_url"
}
