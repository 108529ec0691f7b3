#include "serve/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 511, ONLY_OWNER_AND_GROUP = 0117 };

static enum err take_stdin(struct ctx *c, int *fd)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 ||
	    !listening)
		return fail(c, ERR_INVALID, "socket",
		    "standard input is no listening socket; give --socket PATH");
	*fd = STDIN_FILENO;
	return OK;
}

static bool address_of(const char *path, struct sockaddr_un *address)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path))
		return false;
	memcpy(address->sun_path, path, strlen(path));
	return true;
}

/* A socket file outlives its process; only trying tells whether somebody still listens. */
static bool in_use(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool answers = fd >= 0 &&
		       (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
			   errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return answers;
}

static enum err clear_stale(struct ctx *c, const char *path, const struct sockaddr_un *address)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return OK;
	if (!S_ISSOCK(st.st_mode))
		return fail(c, ERR_INVALID, "socket", "%s is there and is no socket", path);
	if (in_use(address))
		return fail(c, ERR_CONFLICT, "socket", "%s is in use", path);
	if (unlink(path) != 0 && errno != ENOENT)
		return fail(c, ERR_INVALID, "socket", "%s: %s", path, strerror(errno));
	return OK;
}

static enum err make(struct ctx *c, const char *path, int *fd)
{
	struct sockaddr_un address;

	if (!address_of(path, &address))
		return fail(c, ERR_INVALID, "socket", "%s is longer than %zu bytes", path,
		    sizeof(address.sun_path) - 1);
	TRY(clear_stale(c, path, &address));
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return fail(c, ERR_INTERNAL, "socket", "%s", strerror(errno));
	mode_t before = umask(ONLY_OWNER_AND_GROUP);
	int rc = bind(*fd, (const struct sockaddr *)&address, sizeof(address));
	int why = errno;
	umask(before);
	if (rc != 0 || listen(*fd, BACKLOG) != 0) {
		close(*fd);
		return fail(
		    c, ERR_INVALID, "socket", "%s: %s", path, strerror(rc != 0 ? why : errno));
	}
	return OK;
}

enum err socket_listen(struct ctx *c, const char *path, int *fd)
{
	if (path == NULL)
		TRY(take_stdin(c, fd));
	else
		TRY(make(c, path, fd));
	if (fcntl(*fd, F_SETFL, fcntl(*fd, F_GETFL) | O_NONBLOCK) != 0)
		return fail(c, ERR_INTERNAL, "socket", "%s", strerror(errno));
	return OK;
}

void socket_remove(const char *path, int fd)
{
	struct sockaddr_un address;

	close(fd);
	if (address_of(path, &address) && !in_use(&address))
		unlink(path);
}
