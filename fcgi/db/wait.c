/* Sleeping until there is something to do. */

#include <assert.h>
#include <poll.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "db/inside.h"

static bool listens(const struct db *db, const char *channel)
{
	for (size_t i = 0; i < DB_CHANNELS && db->channels[i] != NULL; i++)
		if (strcmp(db->channels[i], channel) == 0)
			return true;
	return false;
}

static bool listen_to(struct db *db, const char *channel)
{
	char text[80];
	size_t i = 0;

	assert(strspn(channel, "abcdefghijklmnopqrstuvwxyz_") == strlen(channel));
	while (i < DB_CHANNELS && db->channels[i] != NULL)
		i++;
	assert(i < DB_CHANNELS);
	snprintf(text, sizeof(text), "LISTEN %s", channel);
	PGresult *r = PQexec(db->conn, text);
	bool listening = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	if (listening)
		db->channels[i] = channel;
	else
		db_drop(db);
	return listening;
}

static bool drain(struct db *db)
{
	bool any = false;

	for (PGnotify *n; (n = PQnotifies(db->conn)) != NULL; any = true)
		PQfreemem(n);
	db->told |= any;
	return any;
}

bool db_told(struct db *db)
{
	bool told = db->told;

	db->told = false;
	return told;
}

bool db_wait(struct db *db, const char *channel, int fd, int timeout_ms)
{
	bool usable = db_usable(db);

	/* What was sent before we listened nobody will tell us again: look now. */
	if (usable && !listens(db, channel))
		return db->told = listen_to(db, channel);
	if (usable && drain(db))
		return true;
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = usable ? PQsocket(db->conn) : -1, .events = POLLIN },
	};
	if (poll(p, LENGTH(p), timeout_ms) <= 0)
		return false;
	if (p[1].revents == 0)
		return true;
	if (!PQconsumeInput(db->conn)) {
		log_event(NULL, LOG_WARN, "db_lost", LOG_TEXT("detail", PQerrorMessage(db->conn)));
		db_drop(db);
		return p[0].revents != 0;
	}
	return drain(db) || p[0].revents != 0;
}
