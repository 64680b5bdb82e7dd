/* A typed value: immutable, reference-counted, thread-safe. **The empty value is NULL**; every function takes it.
 *
 * Four forms, one place each:
 *   text       what a person types in the CLI or a CSV cell: "1100.04", "2016-10-20", "yes", a key, an id
 *   json       what a script reads (DESIGN §9): money as string, instants RFC 3339, lookups {"entity","id","name"}
 *   stored     what both databases hold and what travels in rows and change sets; one SQL integer or text a value:
 *                string, text, choice   TEXT
 *                integer, duration      INTEGER
 *                decimal, money         INTEGER, coefficient at the field's scale
 *                boolean                INTEGER 0, 1
 *                date                   TEXT YYYY-MM-DD
 *                datetime               INTEGER, milliseconds since 1970 UTC
 *                multichoice            TEXT "|a|b|", keys sorted bytewise
 *                lookup                 TEXT id where the field has one target, else "entity:id"
 *                parties                TEXT, JSON array sorted by (role, entity, id or address)
 *                file                   TEXT, JSON object
 *              In JSON messages the same integers and strings stand as JSON numbers and strings ("wire form").
 *   the value itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/decimal.h"
#include "protocol/metadata/field.h"

G_BEGIN_DECLS

typedef struct _SatchelValue SatchelValue;

typedef enum {
  SATCHEL_KIND_STRING,  /* string, text, choice */
  SATCHEL_KIND_INTEGER, /* integer, duration (s), datetime (ms) */
  SATCHEL_KIND_DECIMAL,
  SATCHEL_KIND_BOOLEAN,
  SATCHEL_KIND_DATE,
  SATCHEL_KIND_KEYS,
  SATCHEL_KIND_LOOKUP,
  SATCHEL_KIND_PARTIES,
  SATCHEL_KIND_FILE,
} SatchelKind;

SatchelKind satchel_type_kind (SatchelType type);

typedef struct {
  const char *role;    /* "to", "from", "organizer", "required", "optional"… */
  const char *entity;  /* NULL for a bare address */
  const char *id;      /* NULL for a bare address */
  const char *address; /* may be NULL when entity and id are there */
  const char *name;    /* display name as it was; may be NULL */
} SatchelParty;

/* Constructors copy. They check nothing but programmers' errors; satchel_value_check() checks against a field.
 * An empty string is the empty value: new_string ("") returns NULL. */
SatchelValue *satchel_value_new_string (const char *text);
SatchelValue *satchel_value_new_integer (gint64 number);
SatchelValue *satchel_value_new_decimal (SatchelDecimal number);
SatchelValue *satchel_value_new_boolean (gboolean truth);
SatchelValue *satchel_value_new_date (const char *iso_date); /* programmer's error unless a valid YYYY-MM-DD */
SatchelValue *satchel_value_new_keys (const char *const *keys); /* sorted and made unique; none: NULL */
SatchelValue *satchel_value_new_lookup (const char *entity, const char *id);
SatchelValue *satchel_value_new_parties (const SatchelParty *parties, guint n_parties);
SatchelValue *satchel_value_new_file (const char *hash, const char *name, const char *media_type, gint64 size_bytes);

SatchelValue *satchel_value_ref (const SatchelValue *value); /* NULL-safe */
void          satchel_value_unref (SatchelValue *value);     /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelValue, satchel_value_unref)

SatchelKind  satchel_value_get_kind (const SatchelValue *value); /* not NULL */
const char  *satchel_value_get_string (const SatchelValue *value);
gint64       satchel_value_get_integer (const SatchelValue *value);
SatchelDecimal satchel_value_get_decimal (const SatchelValue *value);
gboolean     satchel_value_get_boolean (const SatchelValue *value);
const char  *satchel_value_get_date (const SatchelValue *value);
const char *const *satchel_value_get_keys (const SatchelValue *value);
const char  *satchel_value_get_entity (const SatchelValue *value); /* lookup */
const char  *satchel_value_get_id (const SatchelValue *value);     /* lookup */
const SatchelParty *satchel_value_get_parties (const SatchelValue *value, guint *n_parties);
/* What is not wanted may be NULL. */
void satchel_value_get_file (const SatchelValue *value, const char **hash, const char **name, const char **media_type,
                             gint64 *size_bytes);

/* Exact equality (decimals by value); NULL equals NULL only. */
gboolean satchel_value_equal (const SatchelValue *a, const SatchelValue *b);
/* Order within one field, as the stores sort: NULL first, strings by bytes, keys and lookups by stored form. */
int satchel_value_compare (const SatchelField *field, const SatchelValue *a, const SatchelValue *b);

/* Length, format, range, scale, choice keys, targets. Emptiness is the record's business (rules/validate.h).
 * RULE, with a sentence that names the field's label. */
gboolean satchel_value_check (const SatchelField *field, const SatchelValue *value,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Text form. "" is the empty value: *result is NULL and TRUE is returned. Accepted beyond the canonical form:
 * booleans yes/no/true/false/1/0; datetime with any offset, or a bare date; durations "1h30m", "90m", or seconds;
 * choices by key or by English label, case-insensitively; multichoice "a, b"; lookups "id" or "entity:id", where a
 * bare id means the first target. Strings and texts are taken as they are, but a string of spaces is empty and line
 * ends become "\n"; in all else surrounding space is ignored. Parties and files have no other text than their stored
 * form. INVALID when it does not parse; the value is checked (satchel_value_check): RULE. Messages name the label. */
gboolean satchel_value_from_text (const SatchelField *field, const char *text, SatchelValue **result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *satchel_value_to_text (const SatchelField *field, const SatchelValue *value); /* "" when empty */

/* JSON for scripts. @name is the title that goes with a lookup, or NULL. Returns a JSON null for NULL. */
JsonNode *satchel_value_to_json (const SatchelField *field, const SatchelValue *value, const char *name);

/* Stored and wire form. from_wire refuses whatever is not exactly that form (SATCHEL_ERROR_INVALID) and checks the
 * value; JSON null is the empty value. */
gboolean satchel_value_from_wire (const SatchelField *field, JsonNode *node, SatchelValue **result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
JsonNode *satchel_value_to_wire (const SatchelField *field, const SatchelValue *value);

/* TRUE when the stored form is an SQL integer, FALSE when it is text. */
gboolean satchel_type_is_stored_integer (SatchelType type);
/* The stored form; call the one that fits. to_stored_text returns an owned string. */
gint64 satchel_value_to_stored_integer (const SatchelField *field, const SatchelValue *value);
char  *satchel_value_to_stored_text (const SatchelField *field, const SatchelValue *value);
/* From a database this program wrote: the form is trusted, INVALID only when it cannot be read at all. */
SatchelValue *satchel_value_from_stored_integer (const SatchelField *field, gint64 number);
gboolean satchel_value_from_stored_text (const SatchelField *field, const char *text, SatchelValue **result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Dates and instants (time.c). Days count from 1970-01-01. date_parse accepts exactly YYYY-MM-DD, years 0001-9999.
 * instant_parse: RFC 3339 with any offset; "T" may be a space, seconds and offset may be missing (UTC), a bare date is
 * its midnight UTC. The numbers given to the other way must lie within those years. */
#define SATCHEL_INSTANT_FIRST_MS G_GINT64_CONSTANT (-62135596800000) /* 0001-01-01T00:00:00Z */
#define SATCHEL_INSTANT_LAST_MS  G_GINT64_CONSTANT (253402300799999) /* 9999-12-31T23:59:59.999Z */
gboolean satchel_date_parse (const char *text, gint64 *days) G_GNUC_WARN_UNUSED_RESULT;
char    *satchel_date_from_days (gint64 days);
gboolean satchel_instant_parse (const char *text, gint64 *ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char    *satchel_instant_to_text (gint64 ms); /* RFC 3339 UTC; milliseconds only where there are some */

G_END_DECLS
