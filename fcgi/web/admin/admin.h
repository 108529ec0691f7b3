#ifndef WEB_ADMIN_ADMIN_H
#define WEB_ADMIN_ADMIN_H

/* admin: the pages that people see. */

#include "http/http.h"

extern const struct site admin_site;

#endif
