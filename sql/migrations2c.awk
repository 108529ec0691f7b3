# Turns the lines of `sha256sum sql/migrations/*.sql` and then these and other files into C: SQL_MIGRATIONS is
# X(name, checksum, text) in order, and any other file, such as grants.sql, becomes SQL_GRANTS, its text.
function quote(line) {
	gsub(/\\/, "\\\\", line); gsub(/"/, "\\\"", line); gsub(/\t/, "\\t", line); gsub(/\?/, "\\?", line)
	return "\t\"" line "\\n\" \\"
}
function close_file() {
	if (open == "migration") print "\t) \\"
	if (open == "other") print "\t\"\""
}
function start_migration() {
	if (name !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+$/ || substr(name, 1, 4) + 0 <= n) {
		printf "%s: migrations are named NNNN_what.sql, each number once\n", FILENAME > "/dev/stderr"; exit 1
	}
	n = substr(name, 1, 4) + 0
	printf "\tX(\"%s\", \"%s\", \\\n", name, sum[FILENAME]; open = "migration"
}
BEGIN { print "/* Made from sql/ by sql/migrations2c.awk. Do not edit. */\n#define SQL_MIGRATIONS(X) \\" }
FILENAME == "-" { sum[$2] = $1; next }
FNR == 1 {
	close_file()
	name = FILENAME; sub(/.*\//, "", name); sub(/\.sql$/, "", name)
	if (FILENAME in sum) start_migration()
	else {
		if (open == "migration") print "\t/* end */"
		printf "\n#define SQL_%s \\\n", toupper(name); open = "other"
	}
}
{ print quote($0) }
END { close_file() }
