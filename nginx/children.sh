# children: processes that are started, watched, started again and stopped in order. Read by run.
#
# A child is a name and a command line (words of a function that ends in `child`). Each is a session of its own, so that
# Ctrl-C reaches only the supervisor and a dead leader's group can be swept; each gets a signal from the kernel when the
# supervisor dies, so that nothing stays behind even then. Descriptor 9 is the lock: it is free when all have gone.

declare -A command_of=() pid_of=() since=() pause_of=()

say() { printf 'time=%(%Y-%m-%dT%H:%M:%SZ)T level=info %s\n' -1 "$*" 2>/dev/null >>"$VAR/log/run.log"; }

# child SIGNAL COMMAND...: becomes the command, which gets SIGNAL when the supervisor ends. A supervisor that ended before
# that was arranged is noticed by the changed parent.
child() {
	local signal=$1 fd
	shift
	for fd in "${held_fds[@]}"; do exec {fd}>&-; done
	exec env --default-signal setpriv --pdeathsig "$signal" setsid \
		bash -c '[ "$PPID" = "$0" ] || exit 1; exec "$@"' "$$" "$@"
}

launch() {
	local name=$1 pause=${2:-0}
	(
		[ "$pause" = 0 ] || sleep "$pause"
		${command_of[$name]}
	) >>"$VAR/log/$name.log" 2>&1 </dev/null &
	pid_of[$name]=$!
	since[$name]=$SECONDS
	say "event=started name=$name pid=$! pause_s=$pause"
}

start() {
	local name=$1
	shift
	command_of[$name]=$*
	pause_of[$name]=0
	launch "$name"
}

alive() { [ -n "${pid_of[$1]:-}" ] && kill -0 "${pid_of[$1]}" 2>/dev/null; }

# What a leader that was killed left running would hold its port or do its work beside the next one.
sweep() { kill -KILL -- "-${pid_of[$1]}" 2>/dev/null || true; }

# At once the first time, then more slowly, never more than a second apart and for ever.
restart() {
	local name=$1 status=0
	wait "${pid_of[$name]}" 2>/dev/null || status=$?
	say "event=ended name=$name pid=${pid_of[$name]} status=$status after_s=$((SECONDS - since[$name]))"
	# The results of the engine's jobs are still wanted; it looks after them when it is back.
	[ "$name" = engine ] || sweep "$name"
	if [ $((SECONDS - since[$name])) -ge 5 ]; then
		pause_of[$name]=0
	else
		case ${pause_of[$name]} in
			0) pause_of[$name]=0.05 ;;
			0.05) pause_of[$name]=0.2 ;;
			*) pause_of[$name]=1 ;;
		esac
	fi
	launch "$name" "${pause_of[$name]}"
}

# For ever: bash may miss the end of a child that comes while it looks elsewhere, so it looks at all of them now and then.
tick=
watch() {
	local name
	while :; do
		sleep 2 &
		tick=$!
		wait -n "$tick" "${pid_of[@]}" 2>/dev/null || true
		kill "$tick" 2>/dev/null || true
		tick=
		is_ours || die "$VAR_given was taken away"
		for name in "${!pid_of[@]}"; do
			alive "$name" || restart "$name"
		done
	done
}

# stop SIGNAL SECONDS NAME...: all of them at once; what is still there after that time is killed.
stop() {
	local signal=$1 limit=$2 name tries=0 left
	shift 2
	for name in "$@"; do
		alive "$name" && kill -s "$signal" "${pid_of[$name]}" 2>/dev/null
	done
	while :; do
		left=
		for name in "$@"; do alive "$name" && left=1; done
		[ -n "$left" ] && [ $tries -lt $((limit * 20)) ] || break
		sleep 0.05
		tries=$((tries + 1))
	done
	for name in "$@"; do
		[ -n "${pid_of[$name]:-}" ] || continue
		if alive "$name"; then
			say "event=killed name=$name pid=${pid_of[$name]}"
			kill -KILL "${pid_of[$name]}" 2>/dev/null
		fi
		sweep "$name"
		unset "pid_of[$name]"
	done
	return 0
}

# step NAME COMMAND...: a command that ends by itself, with its output in log/NAME.log, which is shown when it fails. It
# runs beside, so that a signal is heard at once.
step=
step() {
	local name=$1 status=0
	shift
	"$@" >>"$VAR/log/$name.log" 2>&1 <&0 &
	step=$!
	wait "$step" || status=$?
	step=
	[ $status = 0 ] || die "$name failed" "$name"
}

# until_true SECONDS NAME COMMAND...: waits until the command says yes; false when it has not by then. Ends the start when
# the child NAME dies.
until_true() {
	local deadline=$((SECONDS + $1)) name=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		alive "$name" || die "$name did not start" "$name"
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.05
	done
}
