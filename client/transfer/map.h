/* How the columns of a file and the fields of an entity belong together, in both directions. Saved maps are XML; the format
 * is described in data/maps/README.md. Without one, columns and fields meet by name or label.
 *
 * A map is immutable once read and borrows from its registry.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"

G_BEGIN_DECLS

/* A field and the text that goes into it; in a template {column} stands for that column's cell. */
typedef struct {
  const SatchelField *field;
  char *text;
  gboolean template;
} SatchelMapSetting;

/* The cell @from becomes @to ("" empties) and also fills other fields. Backwards the first alias whose @to and settings all
 * match the record gives its @from. */
typedef struct {
  char *from;
  char *to;
  GArray *settings; /* SatchelMapSetting */
} SatchelMapAlias;

typedef enum {
  SATCHEL_MISSING_ERROR,  /* the row is rejected */
  SATCHEL_MISSING_CREATE, /* the record is created with that name */
  SATCHEL_MISSING_EMPTY,  /* the field stays empty */
} SatchelMissing;

/* What one field takes from a column. */
typedef struct {
  const SatchelField *field;
  const SatchelEntity *lookup_entity; /* lookups by name: where to look; NULL: in every target, by its title */
  const SatchelField *lookup_field;
  SatchelMissing on_missing;
  GPtrArray *copies;  /* const char*: fields of the row that a created record takes over under the same name */
  GArray *fills;      /* SatchelMapSetting: other fields of a created record; "me" and "my unit" are understood in lookups */
  gboolean required;  /* an empty cell rejects the row, also where the metadata would let it pass */
  char *format;       /* dates: d, dd, m, mm, yy, yyyy and anything else literally; NULL: ISO */
  char decimal;       /* the decimal mark of numbers */
  char group;         /* a grouping mark to be left out, or '\0' */
  GPtrArray *aliases; /* SatchelMapAlias* */
} SatchelMapPart;

typedef struct {
  char *name;
  gboolean optional; /* the file may lack it */
  char *separator;   /* the cell is cut there, from its end, into as many pieces as there are parts; NULL: each part takes all */
  GPtrArray *parts;  /* SatchelMapPart*; none: the column is known and left out */
} SatchelMapColumn;

typedef struct {
  char *name;
  const SatchelEntity *entity;
  GPtrArray *key;     /* const SatchelField*: a row whose key is in the replica updates that record. None: all mapped fields */
  gboolean by_id;     /* the first column is the record's id */
  GPtrArray *columns; /* SatchelMapColumn* */
  GArray *constants;  /* SatchelMapSetting: for new records, where no column has filled the field */
} SatchelMap;

void satchel_map_free (SatchelMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMap, satchel_map_free)

/* @name is used in errors, which give line and column. INVALID. */
SatchelMap *satchel_map_read (SatchelRegistry *registry, const char *name, const char *text, GError **error);

/* A built-in map by its name, else a file. NOT_FOUND lists the built-in names. */
SatchelMap *satchel_map_load (SatchelRegistry *registry, const char *name_or_file, GError **error);

/* A map by names: each cell of @header that is the name or, case aside, the label of a writable field. A column "id" is the
 * key. INVALID when nothing fits. */
SatchelMap *satchel_map_from_header (SatchelRegistry *registry, const SatchelEntity *entity, GPtrArray *header,
                                     GError **error);

/* The one built-in map of @entity that fits: @header has all the columns that it needs, most columns of @header are in it, and
 * it fills fields from more of them than field names do. NULL when there is none, or more than one. */
SatchelMap *satchel_map_recognise (SatchelRegistry *registry, const SatchelEntity *entity, GPtrArray *header);

/* A map that names all of the entity's fields, for an export without a map. */
SatchelMap *satchel_map_from_entity (const SatchelEntity *entity);

/* TRUE for the words "me" and "my unit" in a lookup to users or units. */
gboolean satchel_map_is_own (const SatchelField *field, const char *text);

/* The column with that name, case aside; NULL when there is none. */
const SatchelMapColumn *satchel_map_find_column (const SatchelMap *map, const char *name);

G_END_DECLS
