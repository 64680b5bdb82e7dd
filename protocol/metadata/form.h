/* How a record is entered: tabs of sections of fields, and lists of what refers to the record. Read from data; immutable
 * once the registry is frozen, owned by it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *field;
  guint span;         /* of the section's columns, 1 at least */
  gboolean read_only; /* shown, not entered */
} SatchelFormCell;

typedef struct {
  const char *name;
  const char *label;
  guint columns; /* 1 to 4 */
  const SatchelFormCell *cells; /* row by row, from the start of the reading direction */
  guint n_cells;
} SatchelFormSection;

/* The records of @entity whose lookup @lookup names the record of the form. */
typedef struct {
  const char *entity;
  const char *lookup;
  const char *view; /* whose columns and filters it has; NULL: the default one */
  const char *label;
} SatchelFormList;

typedef struct {
  const char *name;
  const char *label;
  const SatchelFormSection *sections;
  guint n_sections;
  const SatchelFormList *lists;
  guint n_lists;
} SatchelFormTab;

typedef struct {
  const char *name;
  const char *label;
  const SatchelFormTab *tabs;
  guint n_tabs;
} SatchelForm;

G_END_DECLS
