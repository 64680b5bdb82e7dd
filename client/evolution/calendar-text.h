/* An item of a calendar as text, whole: a series with its detached instances and its zones; and its category. In threads: the
 * calendar is another process.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libecal/libecal.h>

G_BEGIN_DECLS

void  satchel_calendar_read (ECalClient *client, const char *uid, GAsyncReadyCallback done, gpointer data);
char *satchel_calendar_read_finish (GAsyncResult *result, GError **error);

/* Makes the category known, once. */
void satchel_calendar_prepare (void);

/* Gives it the category of what is tracked, or takes it away. Left alone: what cannot be written, and the calendar "Satchel". */
void satchel_calendar_mark (ECalClient *client, const char *uid, gboolean tracked);

/* Whom an item is with: "Name <address>", of char. */
GPtrArray *satchel_calendar_list_people (ICalComponent *component);

G_END_DECLS
