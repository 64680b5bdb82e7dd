/* Asks what a message or an item is about: suggestions at first, and what is found as one types. Nothing waits for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @entity "": about nothing. Called once, where the dialog was not given up; @data is freed in any case. */
typedef void (*SatchelRegardingChosen) (const char *entity, const char *id, const char *title, gboolean attachments, gpointer data);

typedef struct {
  const GPtrArray *addresses; /* of char: whose records are suggested */
  gboolean offer_attachments; /* asks whether they are stored as well */
} SatchelRegardingFor;

void satchel_regarding_choose (GtkWindow *parent, const SatchelRegardingFor *what, SatchelRegardingChosen chosen,
                               gpointer data, GDestroyNotify free_data);

/* As a NULL-terminated array, whose strings are those of @addresses. Free the array alone. */
const char **satchel_regarding_list_addresses (const GPtrArray *addresses);

G_END_DECLS
