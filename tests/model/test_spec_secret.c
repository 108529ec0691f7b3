/* What looks like a credential, and what only resembles one. */

#include "model/given.h"
#include "model/spec_secret.h"

CTX_TEST(credentials_in_text_are_noticed)
{
	static const char *const rows[][2] = {
		{ "DB_PASSWORD=hunter22 ./backup", "DB_PASSWORD" },
		{ "export PGPASSWORD='s3cret!x'; psql", "PGPASSWORD" },
		{ "mysqldump --password=abcdef all", "--password" },
		{ "tool --api-key abcd1234 run", "--api-key" },
		{ "curl -u marta:hunter22 https://x.example", "the password of a user" },
		{ "curl -H \"Authorization: Bearer abcdefgh\" https://x", "Authorization" },
		{ "Authorization: Basic bWFydGE6eA==", "Authorization" },
		{ "X-Api-Key: abcd1234", "X-Api-Key" },
		{ "{\"user\":\"x\",\"password\": \"hunter22\"}", "password" },
		{ "https://marta:hunter22@example.com/x", "the password in an address" },
		{ "postgres://u:p4ss@db/x", "the password in an address" },
		{ "https://example.com/?token=abcdef12", "token" },
		{ "aws s3 ls # AKIAIOSFODNN7EXAMPLE", "a key of AWS" },
		{ "git clone https://ghp_0123456789abcdefghijklmnopqrstuvwxyz@x",
		    "a token of GitHub" },
		{ "-----BEGIN RSA PRIVATE KEY-----", "a private key" },
		{ "echo eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN",
		    "a JSON web token" },
	};
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *found = secret_in_text(c, rows[i][0]);
		SAME(found == NULL ? rows[i][0] : found, rows[i][1]);
	}
}

CTX_TEST(what_only_resembles_a_credential_is_left_alone)
{
	static const char *const rows[] = { "", "echo hello", "DB_PASSWORD=$DB_PASSWORD ./backup",
		"DB_PASSWORD=${DB_PASSWORD} x", "PASSWORD_FILE=/run/secrets/db x",
		"MAX_TOKENS=100000 x", "tool --password-file /etc/x", "tool --token $TOKEN",
		"curl -u \"$USER:$PASS\" https://x", "curl -u marta https://x",
		"Authorization: Bearer $TOKEN", "https://example.com:8443/a@b",
		"https://$USER:$PASS@example.com/", "https://marta@example.com/",
		"rsync -e ssh a:b c", "token=x", "password=****", "--secret true",
		"kubectl get secret db -o yaml", "pass show db/password | tool --password -",
		"passwd: x", "grep password /etc/x", "rotate the secret: then restart",
		"find . -name 'AKIA*'", "tar --totals", "TOKEN=$(cat /run/token) x",
		"{\"token\":\"{{token}}\"}", "sb_short" };
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *found = secret_in_text(c, rows[i]);
		if (found != NULL)
			FAIL("%s: %s", rows[i], found);
	}
}

CTX_TEST(a_setting_is_judged_by_its_name)
{
	SAME(secret_in_setting(c, "saslPassword", "hunter22"), "saslPassword");
	YES(secret_in_setting(c, "saslPassword", "") == NULL);
	YES(secret_in_setting(c, "saslUsername", "hunter22") == NULL);
	SAME(secret_in_setting(c, "url", "nats://a:hunter22@b"), "the password in an address");
}
