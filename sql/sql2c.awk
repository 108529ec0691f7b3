# Turns sql/queries/*.sql into a C table. Input looks like:
#
#     -- name: job_get :one
#     -- A note for the reader.
#     SELECT ... WHERE id = $1;
#
# Output has, for each statement, X(JOB_GET, "job_get", DB_ONE, 1, DB_PANEL, "SELECT ..."). Files named
# engine*.sql belong to the embedded engine (DB_ENGINE), migrate*.sql to signalbox migrate (DB_MIGRATE):
# nobody else prepares them.
function emit() {
	if (name == "") return
	if (body == "") { printf "%s: statement %s is empty\n", FILENAME, name > "/dev/stderr"; exit 1 }
	sub(/;$/, "", body)
	printf "\tX(%s, \"%s\", DB_%s, %d, %s, \"%s\") \\\n", toupper(name), name, toupper(kind), params, set, body
	name = body = ""; params = 0
}
BEGIN { print "/* Made from sql/queries by sql/sql2c.awk. Do not edit. */\n#define SQL_STATEMENTS(X) \\" }
FNR == 1 { emit(); set = FILENAME ~ /\/engine[^\/]*$/ ? "DB_ENGINE" : FILENAME ~ /\/migrate[^\/]*$/ ? "DB_MIGRATE" : "DB_PANEL" }
/^-- name: / {
	emit()
	if (NF != 4 || $3 !~ /^[a-z][a-z0-9_]*$/ || $4 !~ /^:(one|many|exec)$/ || seen[$3]++) {
		printf "%s:%d: bad or repeated name line: %s\n", FILENAME, FNR, $0 > "/dev/stderr"; exit 1
	}
	name = $3; kind = substr($4, 2); next
}
{
	sub(/--.*/, ""); gsub(/^[ \t]+|[ \t]+$/, "")
	if ($0 == "") next
	line = $0
	while (match(line, /\$[0-9]+/)) {
		n = substr(line, RSTART + 1, RLENGTH - 1) + 0
		if (n > params) params = n
		line = substr(line, RSTART + RLENGTH)
	}
	gsub(/\\/, "\\\\"); gsub(/"/, "\\\"")
	body = body (body == "" ? "" : " ") $0
}
END { emit(); print "\t/* end */" }
