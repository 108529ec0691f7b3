/* What becomes known of the database's address. */

#include "core/log.h"
#include "db/db.h"
#include "lib/ctx.h"
#include "lib/logged.h"

/* What a wrong address makes libpq say goes to no log with a part of its password. */
CTX_TEST(a_wrong_address_does_not_show_its_password)
{
	static const char *const addresses[] = {
		"postgres//me:hunter2@localhost/x",
		"me:hunter2@localhost",
		"postgresql://me:hun/ter2@localhost/x",
		"postgresql://me:hun?ter2@localhost/x",
		"postgresql://me:hun@ter2@nowhere.invalid/x",
		"postgresql://me:hun#ter2@[::1/x",
		"postgresql://me:hunter2@localhost:port/x",
		"host=x password=hun ter2 user=me",
		"host=x password='hunter2 user=me",
		"host=x password hunter2",
		"postgresql://localhost/x?user=me&password=hun%zzter2&host",
	};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		logged_begin(LOG_DEBUG, LOG_LOGFMT);
		c->db = db_open(addresses[i], "me", DB_NOTHING);
		IS(db_connect(c), ERR_UNAVAILABLE);
		const char *said = logged_end(c);
		HAS(said, "event=db_connect");
		LACKS(said, "hun");
		LACKS(said, "ter2");
		LACKS(c->fault.cause != NULL ? c->fault.cause : "", "ter2");
		db_close(c->db);
	}
	c->db = NULL;
}

CTX_TEST(a_right_address_says_what_is_wrong)
{
	logged_begin(LOG_DEBUG, LOG_LOGFMT);
	c->db = db_open("postgresql://me:hunter2@/x?host=/nowhere", NULL, DB_NOTHING);
	HAS(logged_end(c), "/nowhere/.s.PGSQL.5432");
	db_close(c->db);
	c->db = NULL;
}
