/* The desktop's mail accounts that can send, of the profile's application: asked for when somebody writes, and remembered.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef struct {
  char *id, *name, *address;
} SatchelAccount;

#define SATCHEL_TYPE_ACCOUNTS (satchel_accounts_get_type ())
G_DECLARE_FINAL_TYPE (SatchelAccounts, satchel_accounts, SATCHEL, ACCOUNTS, GObject)

/* The desk's only one; borrowed. Signal "changed". */
SatchelAccounts *satchel_accounts_get (SatchelDesk *desk);
/* Asks again. */
void             satchel_accounts_refresh (SatchelAccounts *accounts);

/* SatchelAccount*, the default first; NULL: nobody has answered yet. Borrowed until "changed". */
const GPtrArray *satchel_accounts_list (SatchelAccounts *accounts);
/* Why there are none to be had; NULL: they were told. */
const char      *satchel_accounts_get_problem (SatchelAccounts *accounts);

G_END_DECLS
