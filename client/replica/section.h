/* One section of a pull: rows of one entity with the same columns, written to where they belong. A record on which edits lie
 * gets its row aside (base.h), all others directly where they are shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "client/replica/stubs.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_SECTION_WHOLE,   /* rows that replace whatever the device holds */
  SATCHEL_SECTION_PARTIAL, /* only these fields of rows that the device holds */
  SATCHEL_SECTION_GONE,    /* rows to drop */
  SATCHEL_SECTION_STUBS,   /* titles of records that are not carried */
} SatchelSectionKind;

/* How the table stands. */
typedef enum {
  SATCHEL_LOAD_USUAL,
  SATCHEL_LOAD_BULK, /* emptied, without indexes: whole rows are inserted blindly */
} SatchelLoad;

typedef struct _SatchelSection SatchelSection;

/* From the section's header line. Entities and columns that the registry lacks are of a newer server: their cells are read and
 * skipped. INVALID. */
SatchelSection *satchel_section_new (JsonNode *header, SatchelRegistry *registry, GError **error);
void            satchel_section_free (SatchelSection *section);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSection, satchel_section_free)

SatchelSectionKind   satchel_section_get_kind (const SatchelSection *section);
const SatchelEntity *satchel_section_get_entity (const SatchelSection *section); /* NULL: not known here */

/* @kept: ids of this entity's records that lie aside, a set of char*; @watch is told of lookups that change. Both are borrowed.
 * Before the first row. */
gboolean satchel_section_prepare (SatchelSection *section, SatchelDatabase *database, SatchelLoad load, GHashTable *kept,
                                  SatchelStubWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What became of a row. */
typedef struct {
  const char *id;  /* borrowed until the next line */
  gboolean aside;  /* the record lies aside and must be laid again */
  gboolean left;   /* gone, though not deleted: the user may not hold it any more */
} SatchelSectionRow;

/* Takes one line, which is changed in place. INVALID; CURSOR for changes of a row that is not here, because then the replica is
 * not what the cursor says. */
gboolean satchel_section_take (SatchelSection *section, char *line, gsize length, SatchelSectionRow *row,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
