/* A message that was sent or received: from whom to whom, when, its words, its files, and what can be answered. Its HTML is a stranger's: only the words of
 * it are shown, and nothing that it refers to is fetched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_READER (satchel_reader_get_type ())
G_DECLARE_FINAL_TYPE (SatchelReader, satchel_reader, SATCHEL, READER, GtkWidget)

/* Floating; scrolls in itself. Its buttons activate actions of the group "mail" (ui/mail/write.h). */
GtkWidget *satchel_reader_new (SatchelDraft *draft);

G_END_DECLS
