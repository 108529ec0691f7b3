# site: ports, certificate, nginx's configuration and its error pages. Read by run.

# choose_port NAME FIRST: for Dkron, which listens itself. Into ports[NAME] that of the last run, else the next free one; runs
# that start at the same moment begin to look at different places, because their loopback ports differ.
declare -A ports=()
choose_port() {
	local first=$(($2 + ports[local] - 8480))
	[ "$first" -gt 1024 ] && [ "$first" -lt 65000 ] || first=$2
	ports[$1]=$(free_port $(port_of_last_run "$1") $(seq "$first" $((first + 500))))
	[ -n "${ports[$1]}" ] || die "no free port from $first to $((first + 500))"
}

free_port() { # PORT...
	perl -MSocket -e '
		for my $port (@ARGV) {
			my $s;
			socket($s, PF_INET, SOCK_STREAM, 0) or die;
			setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
			bind($s, sockaddr_in($port, INADDR_LOOPBACK)) && listen($s, 1) or next;
			print $port;
			last;
		}' "$@"
}

port_of_last_run() { sed -n "s/^$1=\([0-9]\{1,5\}\)$/\1/p" "$VAR/ports" 2>/dev/null | tail -n 1; }

ports_remember() {
	local name
	for name in "${!ports[@]}"; do echo "$name=${ports[$name]}"; done | sort >"$VAR/ports.new"
	mv "$VAR/ports.new" "$VAR/ports"
}

# On the first run, and again when it has a month left.
certificate_make() {
	local host
	install -d -m 0700 "$VAR/tls"
	! openssl x509 -noout -checkend 2592000 -in "$VAR/tls/cert.pem" >/dev/null 2>&1 || return 0
	host=$(hostname 2>/dev/null | tr -cd 'A-Za-z0-9.-')
	step tls openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 825 \
		-keyout "$VAR/tls/key.new" -out "$VAR/tls/cert.new" -config /dev/stdin <<-END
			[req]
			distinguished_name = name
			x509_extensions = extensions
			prompt = no
			[name]
			CN = localhost
			O = Signalbox
			[extensions]
			subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1${host:+, DNS:$host}
			basicConstraints = critical, CA:FALSE
			keyUsage = critical, digitalSignature
			extendedKeyUsage = serverAuth
			subjectKeyIdentifier = hash
		END
	chmod 0600 "$VAR/tls/key.new"
	chmod 0644 "$VAR/tls/cert.new"
	mv "$VAR/tls/key.new" "$VAR/tls/key.pem"
	mv "$VAR/tls/cert.new" "$VAR/tls/cert.pem"
}

# error_page FILE STATUS CODE TITLE SENTENCE: a page in our look, and the same for programs.
error_page() {
	local page
	page=$(cat nginx/error.html)
	page=${page//@STATUS@/$2}
	page=${page//@TITLE@/$4}
	page=${page//@SENTENCE@/$5}
	page=${page//@CSS@/$css}
	page=${page//@ICON@/$icon}
	printf '%s\n' "$page" >"$VAR/nginx/error/$1.html"
	printf '{"error":{"code":"%s","field":null,"message":"%s"}}\n' "$3" "$5" >"$VAR/nginx/error/$1.json"
}

error_pages() {
	local css icon
	css=$(cd "$STATIC" && echo signalbox-*.css)
	icon=$(cd "$STATIC" && echo favicon-*.svg)
	mkdir -p "$VAR/nginx/error"
	error_page 400 400 invalid 'This request cannot be read' 'It breaks the rules of HTTP. A typed address may hold a stray character.'
	error_page 401 401 unauthenticated 'Sign in first' 'This needs a session or a token.'
	error_page 403 403 forbidden 'Not allowed' 'This is not for everybody, or not to be reached from here.'
	error_page 404 404 not_found 'There is nothing here' 'The address may be mistyped, or what it named is gone.'
	error_page 405 405 method_not_allowed 'Not in this way' 'The address exists, but not for this method.'
	error_page 413 413 too_large 'Too much at once' 'The body is larger than what is accepted here. Nothing was changed.'
	error_page 414 414 too_large 'The address is too long' 'Addresses are read up to 8 kilobytes.'
	error_page 429 429 too_many 'Too many attempts' 'Wait a second, then try again.'
	error_page 431 431 too_large 'The headers are too long' 'A header is read up to 8 kilobytes. Deleting the cookies of this site may help.'
	error_page 497 400 invalid 'This port speaks https' 'Open the same address with https:// in front.'
	error_page 500 500 internal 'Something broke here' 'It is in the log under the number below.'
	error_page 503 503 unavailable 'Not ready just now' 'A part of Signalbox is starting again. Nothing was lost; try again in a few seconds.'
	error_page 504 504 unavailable 'That took too long' 'It may still have been done: look before you try again.'
	error_page dashboard 403 forbidden 'The dashboard of Dkron needs the right dashboard' 'It shows every job of every team. Ask for it under Requests, or ask an admin.'
	error_page engine 503 unavailable 'Dkron does not answer' 'Its dashboard comes back with it. Jobs can be changed meanwhile, and reach it then.'
	chmod -R u=rwX,go=rX "$VAR/nginx/error"
}

# As root, nginx's workers get a user of their own if that one can reach the static files and the sockets.
worker_user() {
	worker=root
	if [ "$(id -u)" = 0 ] && id www-data >/dev/null 2>&1 && setpriv --reuid=www-data --regid=www-data --clear-groups test -r "$STATIC" -a -x "$VAR"; then
		worker=www-data
	fi
}

nginx_configure() {
	local conf word
	conf=$(cat nginx/site.conf)
	declare -A words=(
		[VAR]=$VAR [RUN]=$RUN [HERE]=$PWD/nginx [STATIC]=$STATIC [PORT]=${ports[tls]} [LOCAL]=${ports[local]} [WORKER]=$worker
		[DKRON_SERVERS]=$dkron_servers [DKRON_SCHEME]=$dkron_scheme [DKRON_HOST]=$dkron_host [DKRON_NAME]=$dkron_name
		[DKRON_PATH]=$dkron_path [DKRON_CA]=$dkron_ca [DKRON_AUTHORIZATION]=$dkron_authorization
	)
	for word in "${!words[@]}"; do conf=${conf//@$word@/${words[$word]}}; done
	conf=${conf//#$engine: /}
	[ "$(id -u)" != 0 ] || conf=${conf//#root: /}
	[[ $nginx_fds != *27* ]] || conf=${conf//#ipv6: /}
	mkdir -p "$VAR/nginx"
	chmod 0711 "$VAR/nginx"
	printf '%s\n' "$conf" >"$VAR/nginx/nginx.conf"
	error_pages
	step nginx nginx -t -q -p "$VAR/nginx/" -e "$VAR/log/nginx.log" -c "$VAR/nginx/nginx.conf"
}

# nginx takes the sockets named in the variable NGINX for its own, as after a change of its program.
be_nginx() {
	held_fds=({20..25})
	export NGINX=$nginx_fds
	child TERM nginx -p "$VAR/nginx/" -e "$VAR/log/nginx.log" -c "$VAR/nginx/nginx.conf" -g 'daemon off;'
}
