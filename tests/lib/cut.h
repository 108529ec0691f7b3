#ifndef TESTS_CUT_H
#define TESTS_CUT_H

/* cut: this process dies, or loses its connection, when Postgres has answered the n-th statement
 * from now on and before the answer is read. build/check alone is linked so that this can be. */

enum cut { CUT_NOT, CUT_DIE, CUT_LOSE };

void cut_at(enum cut how, int n);

#endif
