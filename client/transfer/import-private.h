/* The stages of an import and what they hand to each other: rows read and converted (import-read.c), keys and lookups resolved
 * (import-resolve.c), written in order (import-write.c).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/transfer/import.h"
#include "client/transfer/names.h"

G_BEGIN_DECLS

/* Where a field's value comes from. */
typedef struct {
  const SatchelMapColumn *column;
  const SatchelMapPart *part;
  guint cell;  /* index in the row's cells */
  guint piece; /* of the cell */
} ImportSlot;

/* A lookup of a row that has yet to find its record. */
typedef struct {
  const ImportSlot *slot;
  char *text;
} ImportLookup;

typedef enum {
  IMPORT_ROW_CREATE,
  IMPORT_ROW_UPDATE,
  IMPORT_ROW_REPEATED, /* the same in every field as an earlier row */
  IMPORT_ROW_REJECTED,
} ImportRowKind;

typedef struct {
  ImportRowKind kind;
  guint index; /* in the import's rows */
  guint line;
  GPtrArray *cells;
  SatchelRecord *record; /* what the row says; its id once the key is resolved */
  gboolean *touched;     /* per field of the entity: the row says something about it, be it that it is empty */
  GPtrArray *lookups;    /* ImportLookup*, those not found in the replica */
  GPtrArray *waits_for;  /* ImportRow*, rows that must be written first */
  GPtrArray *waiting;    /* ImportRow*, the reverse */
  guint n_waits;         /* of waits_for, not written yet */
  char *error_column, *error_value; /* the first thing that is wrong */
  GString *reason;                  /* everything that is wrong */
} ImportRow;

static inline gboolean
satchel_import_row_goes_in (const ImportRow *row)
{
  return row->kind == IMPORT_ROW_CREATE || row->kind == IMPORT_ROW_UPDATE;
}

typedef struct {
  SatchelSession *session;
  const SatchelImportOptions *options;
  SatchelImportSummary *summary;
  const SatchelEntity *entity;
  const SatchelMap *map;  /* the caller's, or: */
  SatchelMap *chosen_map; /* owned; made from the header */
  SatchelPredicateContext context;
  GPtrArray *header; /* char* */
  GArray *slots;     /* ImportSlot */
  guint id_cell;     /* with map->by_id */
  guint skip_cells;  /* leading columns of an errors file */
  GPtrArray *rows;   /* ImportRow* */
  GHashTable *by_id; /* id → ImportRow, rows that are not rejected */
  SatchelNames *names;
} Import;

/* The columns that an errors file has in front. */
extern const char *const SATCHEL_IMPORT_ERROR_COLUMNS[4];

/* Marks a row as rejected; @column and @value may be NULL. */
void satchel_import_reject (ImportRow *row, const char *column, const char *value, const char *format,
                            ...) G_GNUC_PRINTF (4, 5);
void satchel_import_row_free (gpointer row);

/* Each fills what its comment above says; FALSE ends the import. */
gboolean satchel_import_read (Import *import, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_import_resolve (Import *import, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_import_write (Import *import, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The record that a lookup names, in the replica or among the rows; *id is borrowed, NULL with *match not FOUND. */
gboolean satchel_import_find (Import *import, const SatchelMapPart *part, const char *text, SatchelNameMatch *match,
                              const char **entity, const char **id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The cell that a slot reads, as it stands in the file. */
const char *satchel_import_cell (const ImportRow *row, const ImportSlot *slot);

G_END_DECLS
