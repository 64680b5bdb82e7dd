/* A PostgreSQL cluster of a test's own: in a temporary directory, reached by a unix socket only, not durable, gone
 * with the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libpq-fe.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct _FixturePostgres FixturePostgres;

/* NULL when PostgreSQL is not installed: @reason (static) says what is missing, for g_test_skip(). A server that is there but
 * does not start is a failure of the test. */
FixturePostgres *fixture_postgres_start (const char **reason);
void             fixture_postgres_stop (FixturePostgres *postgres); /* NULL-safe */

/* A new connection; PQfinish() it. */
PGconn *fixture_postgres_connect (FixturePostgres *postgres);

G_END_DECLS
