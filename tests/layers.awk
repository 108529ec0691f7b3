# Fails on an #include that crosses a layer the wrong way. The table is the architecture.
BEGIN {
	may["core"]     = "core"
	may["db"]       = "core db"
	may["schedule"] = "core schedule"
	may["model"]    = "core db schedule model"
	may["action"]   = "core db schedule model remote action"
	may["remote"]   = "core remote"
	may["http"]     = "core http"
	may["view"]     = "core view"
	may["web"]      = "core schedule model action remote http view web"
	may["serve"]    = "core db http web engine serve"
	may["work"]     = "core db schedule model action remote view work" # view: mails are written from templates, too
	may["engine"]   = "core db schedule http remote engine"
	may["cli"]      = "core db schedule model action remote http view web serve work engine cli"
	only["libpq-fe.h"] = "db"; only["fcgiapp.h"] = "serve"; only["curl/curl.h"] = "remote"
	only["jwt.h"] = "remote"; only["ctemplate/template.h"] = "view"; only["sodium.h"] = "core"
	only["json-c/json.h"] = "core"; only["signal.h"] = "serve work engine cli"; only["getopt.h"] = "cli"
}
FNR == 1 { split(FILENAME, part, "/"); layer = part[3] == "" ? "cli" : part[2] }
/^#include "[a-z]+\// {
	split($2, inc, /["\/]/)
	if (!index(" " may[layer] " ", " " inc[2] " ")) { print FILENAME ":" FNR ": " layer " may not include " inc[2]; bad = 1 }
}
/^#include </ {
	h = substr($2, 2, length($2) - 2)
	if (h in only && !index(" " only[h] " ", " " layer " ")) { print FILENAME ":" FNR ": <" h "> belongs to " only[h]; bad = 1 }
}
END { exit bad }
