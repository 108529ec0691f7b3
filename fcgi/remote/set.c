/*
 * set: curl_multi behind one descriptor: an epoll of curl's sockets and of a timer for its
 * time-outs.
 *
 * curl says several times for each request when it wants to be called next. That is only noted; the
 * timer is set when all of that has been said, and not at all when it rings soon enough anyway: a
 * system call each time took a fifth of the processor time that reconcile needed.
 */

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/log.h"
#include "core/time.h"
#include "remote/easy.h"
#include "remote/smtp.h"

struct flight {
	struct easy *easy;
	void *tag;
	bool done;
	CURLcode rc;
	struct flight *next;
};

struct remote_set {
	CURLM *multi;
	int epoll_fd, timer_fd;
	int64_t due_us;   /* when curl wants to be called, on the monotonic clock; 0: never */
	int64_t rings_us; /* what the timer is set to; 0: it is not */
	struct flight *flights;
	size_t n;
};

enum { EVENTS = 32 };

/* A millisecond more than asked for: called too early, curl would not ask again. */
static int on_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct remote_set *s = arg;

	(void)multi;
	s->due_us = timeout_ms < 0 ? 0 : time_monotonic_us();
	if (timeout_ms > 0)
		s->due_us += ((int64_t)timeout_ms + 1) * 1000;
	return 0;
}

static void set_timer(struct remote_set *s)
{
	if (s->due_us == 0 || (s->rings_us != 0 && s->rings_us <= s->due_us))
		return;
	struct itimerspec at = { .it_value = {
				     s->due_us / US_PER_S, s->due_us % US_PER_S * 1000 } };

	if (timerfd_settime(s->timer_fd, TFD_TIMER_ABSTIME, &at, NULL) == 0)
		s->rings_us = s->due_us;
}

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *arg, void *known)
{
	struct remote_set *s = arg;
	struct epoll_event ev = { .data.fd = fd };

	(void)curl;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(
		    s->epoll_fd, EPOLL_CTL_DEL, fd, NULL); /* closed ones are gone already */
		curl_multi_assign(s->multi, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		ev.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		ev.events |= EPOLLOUT;
	curl_multi_assign(s->multi, fd, s);
	return epoll_ctl(s->epoll_fd, known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &ev);
}

struct remote_set *remote_set_create(void)
{
	struct remote_set *s = calloc(1, sizeof(*s));

	if (s != NULL) {
		s->multi = curl_multi_init();
		s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
		s->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	}
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = s != NULL ? s->timer_fd : -1 };
	if (s == NULL || s->multi == NULL || s->epoll_fd < 0 || s->timer_fd < 0 ||
	    epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->timer_fd, &ev) != 0) {
		log_event(NULL, LOG_ERROR, "curl_failed",
		    LOG_TEXT("detail", "no memory or descriptor left"));
		exit(EXIT_FAILURE);
	}
	curl_multi_setopt(s->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(s->multi, CURLMOPT_SOCKETDATA, s);
	curl_multi_setopt(s->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(s->multi, CURLMOPT_TIMERDATA, s);
	return s;
}

static void forget(struct remote_set *s, struct flight **at)
{
	struct flight *f = *at;

	*at = f->next;
	s->n--;
	curl_multi_remove_handle(s->multi, f->easy->curl);
	easy_destroy(f->easy);
	free(f);
}

void remote_set_destroy(struct remote_set *s)
{
	if (s == NULL)
		return;
	while (s->flights != NULL)
		forget(s, &s->flights);
	curl_multi_cleanup(s->multi);
	close(s->epoll_fd);
	close(s->timer_fd);
	free(s);
}

static void add(struct remote_set *s, struct easy *easy, void *tag)
{
	struct flight *f = easy_must(calloc(1, sizeof(*f)));

	*f = (struct flight){ .easy = easy, .tag = tag, .next = s->flights };
	s->flights = f;
	s->n++;
	curl_multi_add_handle(s->multi, f->easy->curl);
	set_timer(s);
}

void remote_set_add(struct remote_set *s, const struct remote_ask *ask, void *tag)
{
	add(s, easy_create(ask), tag);
}

void remote_set_mail(struct remote_set *s, const struct remote_mail *mail, void *tag)
{
	add(s, easy_mail(mail), tag);
}

size_t remote_set_size(const struct remote_set *s)
{
	return s->n;
}

int remote_set_fd(const struct remote_set *s)
{
	return s->epoll_fd;
}

static void note_done(struct remote_set *s)
{
	int left;

	for (CURLMsg *m; (m = curl_multi_info_read(s->multi, &left)) != NULL;) {
		struct flight *f = s->flights;
		if (m->msg != CURLMSG_DONE)
			continue;
		while (f->easy->curl != m->easy_handle)
			f = f->next;
		f->done = true;
		f->rc = m->data.result;
	}
}

void remote_set_turn(struct remote_set *s)
{
	struct epoll_event events[EVENTS];
	int running, n = epoll_wait(s->epoll_fd, events, EVENTS, 0);
	uint64_t ticks;

	for (int i = 0; i < n; i++) {
		int what = (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) ? CURL_CSELECT_IN
									       : 0) |
			   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0);
		if (events[i].data.fd != s->timer_fd)
			curl_multi_socket_action(s->multi, events[i].data.fd, what, &running);
		else if (read(s->timer_fd, &ticks, sizeof(ticks)) == (ssize_t)sizeof(ticks))
			s->rings_us = 0;
	}
	if (s->due_us != 0 && time_monotonic_us() >= s->due_us) {
		s->due_us = 0;
		curl_multi_socket_action(s->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	set_timer(s);
	note_done(s);
}

bool remote_set_take(struct remote_set *s, struct arena *a, struct remote_answer *out, void **tag)
{
	for (struct flight **at = &s->flights; *at != NULL; at = &(*at)->next) {
		struct flight *f = *at;
		if (!f->done)
			continue;
		easy_answer(f->easy, f->rc, a, out);
		*tag = f->tag;
		forget(s, at);
		return true;
	}
	return false;
}

bool remote_set_drop(struct remote_set *s, const void *tag)
{
	for (struct flight **at = &s->flights; *at != NULL; at = &(*at)->next)
		if ((*at)->tag == tag) {
			forget(s, at);
			return true;
		}
	return false;
}

static bool any_done(const struct remote_set *s)
{
	for (const struct flight *f = s->flights; f != NULL; f = f->next)
		if (f->done)
			return true;
	return false;
}

void remote_set_wait(struct remote_set *s, int timeout_ms)
{
	int64_t until = time_monotonic_us() + (int64_t)timeout_ms * 1000;
	struct epoll_event ev;

	for (;;) {
		remote_set_turn(s);
		int64_t left_us = until - time_monotonic_us();
		if (any_done(s) || left_us <= 0)
			return;
		(void)epoll_wait(s->epoll_fd, &ev, 1, (int)(left_us / 1000) + 1);
	}
}
