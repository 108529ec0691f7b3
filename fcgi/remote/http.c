#include "remote/http.h"

#include "remote/easy.h"

void remote_fetch(struct arena *a, const struct remote_ask *ask, struct remote_answer *out)
{
	struct easy *e = easy_create(ask);

	easy_answer(e, curl_easy_perform(e->curl), a, out);
	easy_destroy(e);
}
