#include "core/seal.h"

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "lib/ctx.h"

static struct config *with_key(struct ctx *c, const char *key)
{
	struct config *config = arena_new(c->arena, struct config);

	*config = site_config;
	config->secret_key = key;
	c->config = config;
	return config;
}

CTX_TEST(what_is_sealed_opens_at_its_place_with_its_key_alone)
{
	struct config *config = with_key(c, "a key that is long enough for this");
	struct sealed one, two;
	const char *text = "";

	IS(seal(c, "channel.secret.7", "sesame", &one), OK);
	IS(seal(c, "channel.secret.7", "sesame", &two), OK);
	YES(one.len == two.len && memcmp(one.bytes, two.bytes, one.len) != 0);
	YES(memmem(one.bytes, one.len, "sesame", 6) == NULL);
	IS(unseal(c, "channel.secret.7", &one, &text), OK);
	SAME(text, "sesame");
	IS(unseal(c, "channel.secret.8", &one, &text), ERR_UNAVAILABLE);
	((char *)one.bytes)[one.len - 1] ^= 1;
	IS(unseal(c, "channel.secret.7", &one, &text), ERR_UNAVAILABLE);
	IS(unseal(c, "channel.secret.7", &(struct sealed){ "", 0 }, &text), ERR_UNAVAILABLE);
	config->secret_key = "another key that is long enough, too";
	IS(unseal(c, "channel.secret.7", &two, &text), ERR_UNAVAILABLE);
	HAS(ctx_fault(c), "SIGNALBOX_SECRET_KEY");
	config->secret_key = "";
	IS(seal(c, "channel.secret.7", "sesame", &one), ERR_UNAVAILABLE);
}

/* The example of Standard Webhooks' own libraries. */
CTX_TEST(a_signature_is_that_of_standard_webhooks)
{
	SAME(seal_webhook_signature(c->arena, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		 "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"),
	    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	YES(seal_webhook_signature(c->arena, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "x") == NULL);
	YES(seal_webhook_signature(c->arena, "whsec_!", "x") == NULL);
	const char *made = seal_webhook_secret(c->arena);
	YES(text_starts(made, "whsec_"));
	IS(strlen(made), 6 + 44);
	YES(seal_webhook_signature(c->arena, made, "x") != NULL);
}

CTX_TEST(base64_is_folded_where_lines_are_asked_for)
{
	SAME(seal_base64(c->arena, "any carnal pleas", 16, 0), "YW55IGNhcm5hbCBwbGVhcw==");
	SAME(seal_base64(c->arena, "any carnal pleas", 16, 10),
	    "YW55IGNhcm\r\n5hbCBwbGVh\r\ncw==\r\n");
	SAME(seal_base64(c->arena, "", 0, 76), "");
}
