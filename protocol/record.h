/* One record's values. Mutable until shared; the owner of the struct is the only writer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/value.h"

G_BEGIN_DECLS

typedef struct _SatchelRecord {
  const SatchelEntity *entity; /* borrowed from the registry */
  char *id;
  gint64 s;               /* sequence number of the record's last change on the server; 0 when it is not there yet */
  SatchelValue **values;  /* entity->n_fields, each NULL or owned */
} SatchelRecord;

SatchelRecord *satchel_record_new (const SatchelEntity *entity, const char *id);
SatchelRecord *satchel_record_copy (const SatchelRecord *record);
void           satchel_record_free (SatchelRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRecord, satchel_record_free)

/* Borrowed; NULL when empty. Naming a field that the entity lacks is a programmer's error. */
const SatchelValue *satchel_record_get (const SatchelRecord *record, const SatchelField *field);
const SatchelValue *satchel_record_get_by_name (const SatchelRecord *record, const char *field);
/* Takes a reference of its own. */
void satchel_record_set (SatchelRecord *record, const SatchelField *field, const SatchelValue *value);
void satchel_record_set_by_name (SatchelRecord *record, const char *field, const SatchelValue *value);

/* Empties the fields that are retired, but for that of "once": of a record that was made of what came from outside, which knows nothing of that. */
void satchel_record_leave_out_retired (SatchelRecord *record);

/* The title's text form, or "" */
char *satchel_record_dup_title (const SatchelRecord *record);

/* Finds the title of another record, or NULL. Owned by the caller. */
typedef char *(*SatchelNameFunc) (const char *entity, const char *id, gpointer data);

/* Flat JSON object of DESIGN §9: id and every non-empty field ("null" for the empty ones when @with_empty). Names of
 * lookups through @name_func, which may be NULL. */
JsonObject *satchel_record_to_json (const SatchelRecord *record, gboolean with_empty, SatchelNameFunc name_func,
                                    gpointer name_data);

G_END_DECLS
