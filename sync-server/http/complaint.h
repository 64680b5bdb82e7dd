/* What goes wrong again and again, such as every write on a full disk, told to the administrator once a minute. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_COMPLAINT_PAUSE_MS (60 * 1000)

/* A line on stderr: "satchel-server: WHAT: MESSAGE". The same line is not printed again within the pause; the next one after it says
 * how often that was. @what NULL: only the message. */
void satchel_complain (const char *what, const char *message);

/* What satchel_complain() would print at @now_ms; owned, NULL for nothing. For tests. */
char *satchel_complaint_say (const char *what, const char *message, gint64 now_ms);

G_END_DECLS
