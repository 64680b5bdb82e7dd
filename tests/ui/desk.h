/* A desk over a profile of its own, with records that a test makes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/lib/fixture.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef struct {
  char *dir;
  FakeClock clock;
  SatchelDesk *desk;
  SatchelSession *other; /* as if another program had it open */
} TestDesk;

/* Somebody is signed in; there is no server. */
void test_desk_setup (TestDesk *test);
void test_desk_teardown (TestDesk *test);

/* By the other program: fields by name, ended by NULL. Returns the id, owned. */
char *test_desk_create (TestDesk *test, const char *entity, ...) G_GNUC_NULL_TERMINATED;
void  test_desk_create_accounts (TestDesk *test, guint n); /* "Account 00000"…, in one transaction */

/* Turns the main context until @done holds. */
void test_desk_until (gboolean (*done) (gpointer data), gpointer data);

G_END_DECLS
