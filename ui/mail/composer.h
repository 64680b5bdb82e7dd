/* A message that is being written: whom to, what about, the text, files, and on its way out. What is typed goes into the draft as in any form.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_COMPOSER (satchel_composer_get_type ())
G_DECLARE_FINAL_TYPE (SatchelComposer, satchel_composer, SATCHEL, COMPOSER, GtkWidget)

/* Floating; scrolls in itself. When the message went out it activates "form.become" with the id of its record. */
GtkWidget *satchel_composer_new (SatchelDraft *draft);

G_END_DECLS
