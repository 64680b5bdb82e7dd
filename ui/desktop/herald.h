/* Tells a person by notifications of the desktop what she may not see: a refused change, a conflict, a record that became hers, an
 * activity that is due. Each once, and none for what the window in front of her shows. Buttons open the page, or complete the activity.
 *
 * While it lives the application has a bus name besides its own (client/agent/names.h), by which the agent knows that it need not tell.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef struct _SatchelHerald SatchelHerald;

/* @application sends, and is asked for its windows; it has actions "open" (s: a link) and "complete" (ss: entity, id). It owns the
 * herald: @application and @desk outlive it. */
SatchelHerald *satchel_herald_new (GApplication *application, SatchelDesk *desk);
void           satchel_herald_free (SatchelHerald *herald); /* NULL-safe */

/* Looks now, besides the times at which it looks by itself. */
void satchel_herald_look (SatchelHerald *herald);

G_END_DECLS
