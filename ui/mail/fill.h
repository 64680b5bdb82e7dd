/* Templates for a message that is being written: which ones fit whom it is for, and what they say of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* A menu of templates that @email could be filled in from; items activate @action (s: the template's id). */
GMenuModel *satchel_fill_menu_new (SatchelDesk *desk, const SatchelRecord *email, const char *action);

/* Fills in the template @id for the one of @email's people, or what it regards, that it was written for. The result is an email in memory with subject,
 * body_text and body_html. INVALID: a field that there is not, told with its place. */
void           satchel_fill (SatchelDesk *desk, const SatchelRecord *email, const char *id, GAsyncReadyCallback callback, gpointer data);
SatchelRecord *satchel_fill_finish (SatchelDesk *desk, GAsyncResult *result, GError **error);

G_END_DECLS
