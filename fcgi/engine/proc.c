#include "engine/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

enum { STAT_MAX = 1024, ENVIRON_MAX = 128 * 1024 };

/* Reads at most `room` - 1 bytes of a file of /proc; 0 when there is none. */
static size_t slurp(const char *path, char *to, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	to[0] = '\0';
	if (fd < 0)
		return 0;
	while (len < room - 1 && (n = read(fd, to + len, room - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	to[len] = '\0';
	return len;
}

const char *proc_boot(struct arena *a)
{
	char id[64];

	slurp("/proc/sys/kernel/random/boot_id", id, sizeof(id));
	id[strcspn(id, "\n")] = '\0';
	return arena_strdup(a, id);
}

struct look {
	char state;
	pid_t group;
	int64_t started, pages;
};

/* /proc/PID/stat: the name in parentheses may hold anything, so counting starts behind the last
 * one. */
static bool look_at(pid_t pid, struct look *out)
{
	char path[64], line[STAT_MAX];
	const char *field;
	int64_t value;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (slurp(path, line, sizeof(line)) == 0 || (field = strrchr(line, ')')) == NULL ||
	    field[1] == '\0')
		return false;
	*out = (struct look){ .state = field[2] };
	field += 2;
	for (int n = 3; n <= 24; n++) {
		size_t len = strcspn(field, " \n");
		char digits[24] = "";
		if (len < sizeof(digits))
			memcpy(digits, field, len);
		if (text_int64(digits, INT64_MIN, INT64_MAX, &value)) {
			out->group = n == 5 ? (pid_t)value : out->group;
			out->started = n == 22 ? value : out->started;
			out->pages = n == 24 ? value : out->pages;
		}
		field += len + (field[len] != '\0');
	}
	return true;
}

int64_t proc_started(pid_t pid)
{
	struct look l;

	return pid > 0 && look_at(pid, &l) && l.state != 'Z' && l.state != 'X' ? l.started : 0;
}

/* The next process of the system, or 0. */
static pid_t next_pid(DIR *proc)
{
	int64_t pid;

	for (struct dirent *entry; (entry = readdir(proc)) != NULL;)
		if (text_int64(entry->d_name, 1, INT32_MAX, &pid))
			return (pid_t)pid;
	return 0;
}

int64_t proc_group_memory(pid_t group)
{
	DIR *proc = opendir("/proc");
	int64_t pages = 0;
	struct look l;

	if (proc == NULL)
		return 0;
	for (pid_t pid; (pid = next_pid(proc)) != 0;)
		if (look_at(pid, &l) && l.group == group)
			pages += l.pages;
	closedir(proc);
	return pages * sysconf(_SC_PAGESIZE);
}

/* Does the environment, texts one behind the other, hold this one? */
static bool holds(const char *environment, size_t len, const char *wanted)
{
	for (size_t at = 0; at < len; at += strlen(environment + at) + 1)
		if (strcmp(environment + at, wanted) == 0)
			return true;
	return false;
}

static bool is_marked(pid_t pid, const char *execution, char *scratch)
{
	char path[64], wanted[256];

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	snprintf(wanted, sizeof(wanted), "ENV_EXECUTION_ID=%s", execution);
	return holds(scratch, slurp(path, scratch, ENVIRON_MAX), wanted);
}

int proc_kill_left(pid_t group, int64_t started, const char *execution)
{
	char *scratch = malloc(ENVIRON_MAX);
	DIR *proc = opendir("/proc");
	struct look l;
	int hits = 0;

	if (group > 1 && started != 0 && proc_started(group) == started)
		hits += kill(-group, SIGKILL) == 0;
	for (pid_t pid; proc != NULL && scratch != NULL && (pid = next_pid(proc)) != 0;) {
		if (pid == getpid() || !is_marked(pid, execution, scratch) || !look_at(pid, &l))
			continue;
		hits += kill(pid, SIGKILL) == 0;
		if (l.group > 1 && l.group != getpgrp())
			(void)kill(-l.group, SIGKILL); /* gone already is as good */
	}
	if (proc != NULL)
		closedir(proc);
	free(scratch);
	return hits;
}
