/* What a crontab's lines mean here, without a database. */

#include <string.h>

#include "core/config.h"
#include "core/json.h"
#include "lib/check.h"
#include "lib/ctx.h"
#include "model/import_inside.h"

static struct import_entries read_text(struct ctx *c, const char *text, bool user_column)
{
	struct import_entries entries = { .c = c };

	IS(crontab_read(c, text, strlen(text), user_column, &entries), OK);
	return entries;
}

static const char *config(const struct import_entry *entry, const char *key)
{
	return json_text(json_get(json_get(entry->input, "executor_config"), key));
}

static const char *field(const struct import_entry *entry, const char *key)
{
	return json_text(json_get(entry->input, key));
}

static const char *words_of(struct ctx *c, const struct import_entry *entry)
{
	if (entry->input == NULL)
		return arena_printf(c->arena, "%s: %s", entry->field, entry->message);
	return arena_printf(
	    c->arena, "%s | %s", field(entry, "schedule"), config(entry, "command"));
}

/* One line, and what becomes of it: "schedule | command", or the start of the refusal. */
static const struct {
	const char *line, *becomes;
} lines[] = {
	{ "0 5 * * * /bin/true", "0 0 5 * * * | /bin/true" },
	{ "*/5\t*  1,15 jan-mar,DEC mon-fri   a  b", "0 */5 * 1,15 jan-mar,DEC mon-fri | a  b" },
	{ "  0 5 * * * a # b", "0 0 5 * * * | a # b" },
	{ "0 5 * * 7 a", "0 0 5 * * 0 | a" },
	{ "0 5 * * 5-7 a", "0 0 5 * * 0,5,6 | a" },
	{ "0 5 * * fri-sun a", "0 0 5 * * 0,5,6 | a" },
	{ "0 5 * * 1-7 a", "0 0 5 * * 0-6 | a" },
	{ "0 5 * * 0-7 a", "0 0 5 * * 0-6 | a" },
	{ "0 5 * * 1-7/2 a", "0 0 5 * * 0,1,3,5 | a" },
	{ "0 5 * * Sun,7 a", "0 0 5 * * 0 | a" },
	{ "0 5 * * */2 a", "0 0 5 * * */2 | a" },
	{ "0 5 * * 1-5/2 a", "0 0 5 * * 1-5/2 | a" },
	{ "@daily a", "@daily | a" },
	{ "@midnight a b", "@midnight | a b" },
	{ "@annually a", "@annually | a" },
	{ "0 5 * * * date +\\%F", "0 0 5 * * * | date +%F" },
	{ "0 5 * * * a \\\\% b", "0 0 5 * * * | a \\\\" },
	{ "@reboot a", "schedule: @reboot has no counterpart" },
	{ "@every_minute a", "schedule: @every_minute is nothing that is known here" },
	{ "@daily", "command: there is no command behind the schedule" },
	{ "0 5 * * *", "command: there is no command behind the schedule" },
	{ "0 5 * * * ", "command: there is no command behind the schedule" },
	{ "0 5 * *", "schedule: expected five fields and a command, found 4 words" },
	{ "0~30 5 * * * a", "schedule: the minute has a ~" },
	{ "0 5 ? * * a", "schedule: “?” is no day of a crontab" },
	{ "0 5 L * * a", "schedule: " },
	{ "60 5 * * * a", "schedule: " },
	{ "0 24 * * * a", "schedule: " },
	{ "0 5 0 * * a", "schedule: " },
	{ "0 5 * 13 * a", "schedule: " },
	{ "0 5 * * 8 a", "schedule: " },
	{ "0 5 * * 5-8 a", "schedule: " },
	{ "0 5 * * mon-foo a", "schedule: " },
	{ "a b c d e f", "schedule: failed to parse int from a" },
	{ "10-5 * * * * a", "schedule: " },
	{ "CRON_TZ=Europe/Madrid 0 5 * * * a", "CRON_TZ: " },
	{ "CRON_TZ=Mars/Olympus", "CRON_TZ: " },
	{ "SHELL=bash", "SHELL: “bash” is no path of a shell" },
	{ "HOME=there", "HOME: must be an absolute path" },
	{ "LS=a,b", "LS: holds a comma" },
};

CTX_TEST(a_crontab_line_becomes_a_job_or_says_why_not)
{
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct import_entries entries = read_text(c, lines[i].line, false);
		IS(entries.n, 1);
		const char *words = words_of(c, &entries.list[0]);
		bool refused = entries.list[0].input == NULL;
		if (refused ? strncmp(words, lines[i].becomes, strlen(lines[i].becomes)) != 0
			    : strcmp(words, lines[i].becomes) != 0)
			FAIL("%s became “%s”, not “%s”", lines[i].line, words, lines[i].becomes);
	}
}

CTX_TEST(comments_blank_lines_and_line_ends_are_no_jobs)
{
	struct import_entries entries = read_text(c,
	    "# m h dom mon dow command\n\n \t \n#0 1 * * * old\r\n@hourly first\r\n"
	    "# Sends the mails.\n#  Every day.\n@daily second\n\n# alone\n\n@daily third",
	    false);

	IS(entries.n, 3);
	IS(entries.list[0].line, 5);
	SAME(config(&entries.list[0], "command"), "first");
	SAME(field(&entries.list[0], "description"), "");
	IS(entries.list[1].line, 8);
	SAME(field(&entries.list[1], "description"), "Sends the mails.\nEvery day.");
	IS(entries.list[2].line, 12);
	SAME(field(&entries.list[2], "description"), "");
	IS(entries.nnotes, 0);
}

CTX_TEST(settings_of_a_crontab_hold_for_what_stands_below_them)
{
	struct import_entries entries = read_text(c,
	    "@daily a\n"
	    "CRON_TZ = Europe/Madrid\nPATH=\"/usr/bin:/bin\"\nMAILTO='ops@example.org'\n"
	    "HOME=/srv/app\n"
	    "0 5 * * * b\n@daily c\n"
	    "MAILTO=root\nSHELL=/bin/bash\nCRON_TZ=\nPATH=/bin\n0 6 * * * echo 'd e'\n",
	    false);

	IS(entries.n, 4);
	const struct import_entry *a = &entries.list[0], *b = &entries.list[1],
				  *cc = &entries.list[2], *d = &entries.list[3];
	SAME(field(a, "schedule"), "@daily");
	SAME(config(a, "env"), "");
	SAME(field(b, "timezone"), "Europe/Madrid");
	SAME(field(b, "schedule"), "0 0 5 * * *");
	SAME(field(b, "owner_email"), "ops@example.org");
	SAME(config(b, "env"), "PATH=/usr/bin:/bin,HOME=/srv/app");
	SAME(config(b, "cwd"), "/srv/app");
	SAME(field(cc, "schedule"), "0 0 0 * * *"); /* Dkron heeds no zone beside @daily */
	SAME(field(cc, "timezone"), "Europe/Madrid");
	SAME(field(d, "timezone"), "");
	SAME(field(d, "owner_email"), "");
	SAME(config(d, "env"), "PATH=/bin,HOME=/srv/app");
	SAME(config(d, "command"), "exec /bin/bash -c 'echo '\\''d e'\\'''");
	IS(entries.nnotes, 1);
	HAS(entries.notes[0].message, "“root” is not one e-mail address");
}

CTX_TEST(what_stands_behind_a_percent_sign_is_the_input)
{
	struct import_entries entries = read_text(
	    c, "0 5 * * * mail x%Hello%100\\% sure\n@daily a%b%\n@daily a%\n", false);

	SAME(config(&entries.list[0], "command"), "mail x");
	SAME(config(&entries.list[0], "payload"), "SGVsbG8KMTAwJSBzdXJlCg==");
	SAME(config(&entries.list[1], "payload"), "Ygo=");
	SAME(config(&entries.list[2], "payload"), "Cg==");
}

CTX_TEST(the_crontab_of_a_system_has_a_user_in_front_of_the_command)
{
	struct import_entries entries = read_text(
	    c, "17 *\t* * *\troot\tcd / && run-parts x\n@daily www-data a b\n@daily root\n", true);

	SAME(config(&entries.list[0], "su"), "root");
	SAME(config(&entries.list[0], "command"), "cd / && run-parts x");
	SAME(config(&entries.list[1], "su"), "www-data");
	SAME(config(&entries.list[1], "command"), "a b");
	SAME(entries.list[2].field, "command");
	HAS(entries.list[2].message, "behind the schedule and the user");
}

static const char *first_note(struct ctx *c, const char *line)
{
	struct import_entries entries = read_text(c, line, false);

	return entries.nnotes > 0 ? entries.notes[0].message : "";
}

CTX_TEST(a_user_column_that_was_not_spoken_of_is_noticed)
{
	HAS(first_note(c, "17 * * * * root cd / && run-parts x"),
	    "“root” is taken for the command");
	HAS(first_note(c, "17 * * * * www-data\tphp x"), "“www-data” is taken");
	SAME(first_note(c, "17 * * * * rootsh -c x"), "");
	SAME(first_note(c, "17 * * * * echo root"), "");
	IS(read_text(c, "17 * * * * root cd /", true).nnotes, 0);
}

CTX_TEST(where_dkron_means_other_days_the_crontab_is_told)
{
	c->now_us = INT64_C(1795255200000000);
	HAS(first_note(c, "0 5 */2 * 1 a"), "days that fit both */2 and 1");
	HAS(first_note(c, "0 5 1 * */2 a"), "days that fit both 1 and */2");
	SAME(first_note(c, "0 5 1 * 1 a"), ""); /* either, in both */
	SAME(first_note(c, "0 5 */2 * * a"), "");
	SAME(first_note(c, "0 5 1 * 1-7 a"), "");
	HAS(first_note(c, "CRON_TZ=Europe/Madrid\n30 2 * * * a"), "02:30");
	HAS(first_note(c, "0 5 31 2 * a"), "never run");
	HAS(first_note(c, "TZ=Europe/Madrid\n0 5 * * * a"), "cron does not read schedules in it");
	HAS(first_note(c, "RANDOM_DELAY=5\n0 5 * * * a"), "RANDOM_DELAY speaks to cron alone");
}

CTX_TEST(a_command_gives_the_job_its_name)
{
	static const struct {
		const char *command, *name;
	} cases[] = {
		{ "/usr/local/bin/backup.sh --all /home", "backup" },
		{ "php /var/www/artisan schedule:run >/dev/null 2>&1", "artisan-schedule-run" },
		{ "cd /srv/app && bin/rails runner Mails.send", "rails-runner" },
		{ "test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )",
		    "run-parts" },
		{ "[ -x /usr/lib/php/sessionclean ] && /usr/lib/php/sessionclean", "sessionclean" },
		{ "FOO=bar BAZ=1 /opt/Report_Generator.py", "report_generator" },
		{ "nice -n 19 ionice -c3 rsync -a /a /b", "rsync" },
		{ "sudo -u www-data /usr/bin/git gc", "git-gc" },
		{ "timeout 5m flock -n /tmp/l curl -s https://example.org/", "curl" },
		{ "bash -c 'echo hi'", "echo" },
		{ "java -jar /opt/billing.jar", "billing-jar" },
		{ "@#$", "job" },
		{ "/", "job" },
		{ "a; b", "a" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++)
		SAME(crontab_name(c, cases[i].command), cases[i].name);
}

CTX_TEST(a_crontab_with_foreign_bytes_is_refused)
{
	struct import_entries entries = { .c = c };

	IS(crontab_read(c, "\xff", 1, false, &entries), ERR_INVALID);
	IS(crontab_read(c, "a\0b", 3, false, &entries), ERR_INVALID);
}
