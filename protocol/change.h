/* Changes, and change sets: what a device queues and pushes, and what the server applies atomically.
 *
 * Values stand in their wire form and names as strings, so that a set of an older or newer schema can be carried,
 * stored and parked by a program that does not know its fields; resolving is the server's first step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_CHANGE_CREATE, /* "create" */
  SATCHEL_CHANGE_UPDATE, /* "update" */
  SATCHEL_CHANGE_DELETE, /* "delete" */
  SATCHEL_CHANGE_ACTION, /* "do": a named action with arguments; the server recomputes its effects */
} SatchelChangeKind;

typedef struct {
  char *field;
  JsonNode *value; /* wire form; JSON null empties the field */
  JsonNode *base;  /* wire form of the value it replaces; NULL unless the policy needs it */
} SatchelEdit;

typedef struct {
  SatchelChangeKind kind;
  char *entity;
  char *record;     /* id */
  char *seen;       /* cursor at which the record was shown to the person; NULL for a create */
  GPtrArray *edits; /* SatchelEdit*, empty for delete; for an action its arguments (field = argument name) */
  char *action;     /* action only */
} SatchelChange;

typedef struct {
  char *uuid;
  gint64 number;     /* per device, 1, 2, 3 … without gaps */
  gint64 made_at_ms; /* the device's wall clock: shown, never used to decide */
  GPtrArray *changes; /* SatchelChange*, at least one */
} SatchelChangeSet;

SatchelChangeSet *satchel_change_set_new (const char *uuid, gint64 number, gint64 made_at_ms);
void              satchel_change_set_free (SatchelChangeSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelChangeSet, satchel_change_set_free)

/* Appends; the change belongs to the set. @seen, @action may be NULL. */
SatchelChange *satchel_change_set_add (SatchelChangeSet *set, SatchelChangeKind kind, const char *entity,
                                       const char *record, const char *seen, const char *action);
/* Takes @value and @base. */
void satchel_change_add_edit (SatchelChange *change, const char *field, JsonNode *value, JsonNode *base);
/* NULL when the change does not write that field or argument. */
const SatchelEdit *satchel_change_find_edit (const SatchelChange *change, const char *field);

/* SHA-256, 64 hex digits, of the canonical form of everything but number and made_at: identity of the content. */
char *satchel_change_set_hash (const SatchelChangeSet *set);

/* The wire object. @cursors collects the distinct "seen" cursors (char*, owned), which the set names by index:
 * {"id":U,"n":7,"at":ms,"c":[{"k":"update","e":"account","r":ID,"seen":0,"f":{"phone":["new"],"description":["new","base"]}}]} */
JsonNode *satchel_change_set_to_json (const SatchelChangeSet *set, GPtrArray *cursors);
/* Strict: unknown members, wrong types, ids that are none, bounds of limits.h: INVALID or TOO_LARGE. */
SatchelChangeSet *satchel_change_set_from_json (JsonNode *node, const char *const *cursors, guint n_cursors,
                                                GError **error);

const char *satchel_change_kind_name (SatchelChangeKind kind);
gboolean    satchel_change_kind_from_name (const char *name, SatchelChangeKind *kind);

G_END_DECLS
