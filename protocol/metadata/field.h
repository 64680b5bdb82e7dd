/* One field of an entity, as metadata declares it. Immutable once its registry is frozen; the structs are public
 * and read-only, all strings UTF-8 and owned by the registry.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_TYPE_STRING,      /* one line */
  SATCHEL_TYPE_TEXT,        /* many lines */
  SATCHEL_TYPE_INTEGER,     /* 64 bits */
  SATCHEL_TYPE_DECIMAL,     /* exact, at the field's scale */
  SATCHEL_TYPE_MONEY,       /* the same; shown with the record's currency */
  SATCHEL_TYPE_BOOLEAN,
  SATCHEL_TYPE_DATE,        /* a calendar day, no zone */
  SATCHEL_TYPE_DATETIME,    /* an instant, UTC milliseconds; its zone, where it matters, is a field of its own */
  SATCHEL_TYPE_DURATION,    /* seconds */
  SATCHEL_TYPE_CHOICE,      /* one key of the field's choices */
  SATCHEL_TYPE_MULTICHOICE, /* a set of keys; tags when the field is "open" */
  SATCHEL_TYPE_LOOKUP,      /* a reference to a record of one of the targets */
  SATCHEL_TYPE_PARTIES,     /* a set of (role, record or bare address) */
  SATCHEL_TYPE_FILE,        /* content hash, name, media type, size */
} SatchelType;

typedef enum {
  SATCHEL_ORIGIN_ENTERED,    /* a person or a program writes it */
  SATCHEL_ORIGIN_AUTONUMBER, /* the server gives it; provisional until then */
  SATCHEL_ORIGIN_COMPUTED,   /* a registered function of the record's own fields, the same on both sides */
  SATCHEL_ORIGIN_DERIVED,    /* from other records, the same on both sides (rules/amounts.h) */
  SATCHEL_ORIGIN_SYSTEM,     /* created_at, created_by, modified_at, modified_by, unit: written by the server */
} SatchelOrigin;

typedef enum {
  SATCHEL_FORMAT_NONE,
  SATCHEL_FORMAT_EMAIL,
  SATCHEL_FORMAT_PHONE,
  SATCHEL_FORMAT_URL,
  SATCHEL_FORMAT_YEAR,
  SATCHEL_FORMAT_PERCENT,
  SATCHEL_FORMAT_TIMEZONE, /* an IANA name */
} SatchelFormat;

typedef enum {
  SATCHEL_REQUIREMENT_OPTIONAL,
  SATCHEL_REQUIREMENT_RECOMMENDED, /* marked in forms, never refused */
  SATCHEL_REQUIREMENT_REQUIRED,
} SatchelRequirement;

typedef enum {
  SATCHEL_SEARCH_NONE,
  SATCHEL_SEARCH_TEXT,  /* in the full-text index */
  SATCHEL_SEARCH_EXACT, /* in an ordinary index: addresses, codes */
} SatchelSearch;

/* What happens to a field that two people changed (DESIGN §3). The names on the wire and in XML are the lower-case
 * last words. */
typedef enum {
  SATCHEL_POLICY_LAST,
  SATCHEL_POLICY_FIRST,
  SATCHEL_POLICY_REVIEW,
  SATCHEL_POLICY_SET,
  SATCHEL_POLICY_COUNTER,
  SATCHEL_POLICY_APPEND,
  SATCHEL_POLICY_MAX,
  SATCHEL_POLICY_MIN,
  SATCHEL_POLICY_STATE,
  SATCHEL_POLICY_TEXT,
  SATCHEL_POLICY_REFERENCE,
} SatchelPolicy;

/* What deleting the target does to the record that holds the lookup. */
typedef enum {
  SATCHEL_ON_DELETE_CLEAR,
  SATCHEL_ON_DELETE_CASCADE,
  SATCHEL_ON_DELETE_RESTRICT,
} SatchelOnDelete;

typedef enum {
  SATCHEL_CASCADE_NONE,
  SATCHEL_CASCADE_ALL,   /* every child */
  SATCHEL_CASCADE_OWNED, /* children with the same owner as the parent had */
} SatchelCascade;

typedef struct {
  const char *key;   /* stable, lower-case, [a-z0-9_]+ */
  const char *label; /* English; translated by gettext in the domain of its source */
  gboolean retired;  /* stays where it is, is not chosen any more */
} SatchelChoice;

typedef struct _SatchelField {
  const char *name; /* [a-z][a-z0-9_]*, at most 60; stands in storage and on the wire, for ever */
  const char *label;
  const char *const *aliases; /* more words for it, which people may type; the first is the one shown; NULL-terminated */
  gboolean retired;           /* its values and their history stay; neither shown nor written any more */
  guint index; /* position in the entity's fields and in a record's values */
  const char *column; /* in SQL, quoted: "f_NAME"; interned */
  SatchelType type;
  SatchelOrigin origin;
  SatchelFormat format;
  SatchelRequirement requirement;
  SatchelSearch search;
  SatchelPolicy policy;
  const char *group;   /* merge group within the entity, or NULL */
  const char *secured; /* field class, or NULL */
  guint max_chars;     /* strings and texts */
  guint scale;         /* decimal and money */
  gboolean has_minimum, has_maximum;
  gint64 minimum, maximum; /* integer: the number; decimal, money: at the field's scale; inclusive */
  const SatchelChoice *choices; /* choice and multichoice; n_choices */
  guint n_choices;
  gboolean open; /* multichoice: keys beyond the choices are allowed (tags) */
  const char *const *targets; /* lookup and parties: entity names, NULL-terminated; n_targets */
  guint n_targets;
  SatchelOnDelete on_delete;
  SatchelCascade on_assign;
  SatchelCascade on_share;   /* shares of the target are shares of this record: all, or where the owner is the same */
  gboolean carry;            /* lookup: this record belongs to its target, and is carried where that is carried with related ones */
  const char *compute;       /* computed: a name registered in rules/compute.h */
  const char *number_format; /* autonumber: "Q-{year}-{number:6}" */
  const char *default_from;  /* a choice of the entity: where this one has its key too, that is the default; or NULL */
  const char *default_text;  /* text form of the default, or NULL; "today", "now", "me" are understood */
} SatchelField;

/* The word for it that people see: its first alias, or its name. */
const char *satchel_field_get_word (const SatchelField *field);

/* The choice with @key, or NULL. */
const SatchelChoice *satchel_field_find_choice (const SatchelField *field, const char *key);
/* What people see of @key, in their language: the label of the choice, or @key itself where there is no such choice. Borrowed. */
const char          *satchel_field_get_label_of (const SatchelField *field, const char *key);
/* Of several: "Club, Quarry". Owned. */
char                *satchel_field_dup_labels_of (const SatchelField *field, const char *const *keys);
gboolean             satchel_field_allows_target (const SatchelField *field, const char *entity);

/* TRUE when a client may send a value for the field at all: a person enters it, and it is not retired. */
gboolean satchel_field_is_writable (const SatchelField *field);

/* Policies that merge three ways need the value that the edit replaced: text, set, counter, append. */
gboolean satchel_policy_needs_base (SatchelPolicy policy);

const char *satchel_type_name (SatchelType type);
const char *satchel_policy_name (SatchelPolicy policy);
gboolean    satchel_type_from_name (const char *name, SatchelType *type);
gboolean    satchel_policy_from_name (const char *name, SatchelPolicy *policy);

G_END_DECLS
