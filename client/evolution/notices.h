/* What is told in Evolution's own bar above the content: what was done, with the way back, and what went wrong.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <shell/e-shell.h>

G_BEGIN_DECLS

/* Offers to take back the last @undos steps; @link (NULL: none) is what "Open" opens. */
void satchel_notice_done (EAlertSink *sink, const char *words, guint undos, const char *link);

/* @words: what could not be done. Where the agent is away, offers to start it, and calls @again once it is there, which takes
 * @data; where it is not called, @free_data frees it. @again NULL: nothing to do again. */
void satchel_notice_problem (EAlertSink *sink, const char *words, GError *error, void (*again) (gpointer data),
                             gpointer data, GDestroyNotify free_data);

/* What was told last at @sink (NULL: nothing was) is over once something becomes of the message, in whatever window or program that is done. */
void satchel_notice_until (EAlertSink *sink, const char *message_id);

/* The bar of the window that is in front, for what has no window any more. NULL: there is none. Borrowed. */
EAlertSink *satchel_notice_get_sink (void);

/* Opens a link of ours in the application; who has none is told. */
void satchel_notice_open (EAlertSink *sink, const char *link);

G_END_DECLS
