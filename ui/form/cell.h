/* A field of a draft on a form: its label, its editor, and what a colleague made of it meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_CELL (satchel_cell_get_type ())
G_DECLARE_FINAL_TYPE (SatchelCell, satchel_cell, SATCHEL, CELL, GtkWidget)

typedef enum {
  SATCHEL_CELL_SAVES,     /* leaving the field, or Enter, saves */
  SATCHEL_CELL_WAITS,     /* for somebody else to save */
  SATCHEL_CELL_READ_ONLY, /* whatever the draft says */
} SatchelCellMode;

/* Floating. */
GtkWidget *satchel_cell_new (SatchelDraft *draft, const SatchelField *field, SatchelCellMode mode);
/* The same in two steps: what takes time is made before there is a record. Nothing can be typed before the second. */
GtkWidget *satchel_cell_prepare (SatchelDesk *desk, const SatchelField *field, SatchelCellMode mode);
void       satchel_cell_set_draft (SatchelCell *cell, SatchelDraft *draft); /* once */
const SatchelField *satchel_cell_get_field (SatchelCell *cell);

G_END_DECLS
