/* The actions on messages of one reader: the list of the main window, or a message in a window of its own; and the pane beside it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <mail/e-mail-reader.h>

G_BEGIN_DECLS

/* Once a reader; lives as long as it. @ui: of its window. */
void satchel_mail_actions_add (EMailReader *reader, GtkUIManager *ui);

/* Whether the menus and the toolbar have them: one UI manager serves all views of a window. */
void satchel_mail_actions_merge (EMailReader *reader, gboolean merged);

G_END_DECLS
