/* What there is to say about a draft as a whole, above its form: one line each, with the way out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_NOTICES (satchel_notices_get_type ())
G_DECLARE_FINAL_TYPE (SatchelNotices, satchel_notices, SATCHEL, NOTICES, GtkWidget)

/* Floating. Follows the draft and counts the record's open conflicts. */
GtkWidget *satchel_notices_new (SatchelDraft *draft);

G_END_DECLS
