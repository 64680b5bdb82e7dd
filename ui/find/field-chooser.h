/* A popover in which one finds a field by its label: the entity's own, those along its lookups, step by step; or the records that
 * have to do with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/find/clause.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_CHOOSE_FIELD,    /* the path of a test */
  SATCHEL_CHOOSE_RELATION, /* what an ALONG or EXISTS is about */
} SatchelChoose;

#define SATCHEL_TYPE_FIELD_CHOOSER (satchel_field_chooser_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFieldChooser, satchel_field_chooser, SATCHEL, FIELD_CHOOSER, GtkPopover)

/* Filled when it is shown. Signal "chosen" (int kind: a SatchelClauseKind, char *path). */
GtkWidget *satchel_field_chooser_new (SatchelRegistry *registry, const SatchelEntity *entity, SatchelChoose what);

/* "Account › City": the labels along @path, of a test, an ALONG or an EXISTS. Owned. */
char *satchel_path_describe (SatchelRegistry *registry, const SatchelEntity *entity, SatchelClauseKind kind, const char *path);

G_END_DECLS
