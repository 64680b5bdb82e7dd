/* An email as people know one: written while it is a draft, read once it was sent or received. Stands where the form's message would.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_LETTER (satchel_letter_get_type ())
G_DECLARE_FINAL_TYPE (SatchelLetter, satchel_letter, SATCHEL, LETTER, AdwBin)

/* Floating; scrolls in itself. */
GtkWidget *satchel_letter_new (SatchelDraft *draft);

G_END_DECLS
