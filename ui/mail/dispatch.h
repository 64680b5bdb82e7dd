/* A draft on its way out: goes on whatever becomes of the page, and can be asked for by the draft's id.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_DISPATCH_RESTS, /* nothing was tried, as far as is known */
  SATCHEL_DISPATCH_UNDER_WAY,
  SATCHEL_DISPATCH_SENT,
  SATCHEL_DISPATCH_FAILED,    /* certainly not sent: get_problem() */
  SATCHEL_DISPATCH_UNCERTAIN, /* whether it arrived nobody knows: sent again only on a person's word */
} SatchelDispatchState;

#define SATCHEL_TYPE_DISPATCH (satchel_dispatch_get_type ())
G_DECLARE_FINAL_TYPE (SatchelDispatch, satchel_dispatch, SATCHEL, DISPATCH, GObject)

/* That of the draft @id, which knows what became of it before: of this program by itself, of others soon. Owned. Signal "changed". */
SatchelDispatch *satchel_dispatch_get (SatchelDesk *desk, const char *id);

const char          *satchel_dispatch_get_id (SatchelDispatch *dispatch);
SatchelDispatchState satchel_dispatch_get_state (SatchelDispatch *dispatch);
const char         *satchel_dispatch_get_problem (SatchelDispatch *dispatch); /* a sentence; NULL: none */
const char         *satchel_dispatch_get_record (SatchelDispatch *dispatch);  /* of the message that was sent; NULL: it could not be recorded */

/* @account NULL: the default one. What is uncertain is sent again by this: who calls has asked. */
void satchel_dispatch_send (SatchelDispatch *dispatch, const char *account);
/* Gives it up, if there is still time. */
void satchel_dispatch_cancel (SatchelDispatch *dispatch);

G_END_DECLS
