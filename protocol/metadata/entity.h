/* An entity: a kind of record, its fields, states and views. Immutable once its registry is frozen; public and
 * read-only like SatchelField.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/field.h"
#include "protocol/metadata/form.h"
#include "protocol/metadata/process.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_OWNERSHIP_USER,         /* has "owner" (user or team) and "unit", the owner's business unit */
  SATCHEL_OWNERSHIP_ORGANISATION, /* readable by whoever has organisation-wide read */
  SATCHEL_OWNERSHIP_RECORD,       /* filed like the record that "record_entity" and "record_id" name (conflict) */
} SatchelOwnership;

typedef enum {
  SATCHEL_CARRY_CHOSEN, /* a device holds what its person's offline filters choose, and what was pinned */
  SATCHEL_CARRY_ALWAYS, /* every device holds all that its user may read: small tables that others refer to */
} SatchelCarry;

typedef struct {
  const char *from; /* state key */
  const char *to;
  const char *action; /* name of the action that makes the step ("qualify"), or NULL: an ordinary edit may */
} SatchelTransition;

/* What must hold for a record, over its own fields. */
typedef struct {
  const char *name;
  const char *message;              /* a sentence for people, where it does not */
  const char *field;                /* where a form shows it, or NULL */
  const char *when;                 /* predicate text; "" for always */
  const char *require;              /* predicate text */
  struct _SatchelPredicate *applies; /* the two, understood */
  struct _SatchelPredicate *holds;
} SatchelRule;

typedef struct {
  const char *field; /* possibly along lookups: "account.city" */
  guint width;       /* pixels at 100 % */
  guint priority;    /* 1 stays longest when room is short */
} SatchelViewColumn;

typedef struct {
  const char *name;
  const char *label;
  const char *where; /* predicate text; "" for all */
  const char *sort;  /* "field" or "field:desc" */
  const SatchelViewColumn *columns;
  guint n_columns;
  const char *const *find; /* fields that quick find looks at; NULL-terminated; empty: all searchable ones */
  const char *type_field;  /* the Type filter's category field, or NULL */
  const char *date_field;  /* the Date filter's field, or NULL */
  const char *const *preview;
  gboolean is_default;
} SatchelView;

typedef struct _SatchelEntity {
  const char *name;
  const char *table; /* in SQL, quoted: "e_NAME"; interned */
  const char *label;
  const char *plural;
  const char *const *aliases; /* more words for it, which people may type; the first is the one shown; NULL-terminated */
  gboolean retired;           /* what there is stays, nobody writes it any more */
  const char *rights;         /* roles that do not name this entity grant for it what they grant for that one; or NULL */
  const char *area; /* workplace, sales, marketing, service, settings */
  SatchelOwnership ownership;
  gboolean part;            /* seen with what it belongs to, not in lists of its own: lines of a quote */
  gboolean system;          /* written by the server and its tools only (conflict) */
  SatchelCarry carry;
  const SatchelField *const *fields; /* n_fields; the system fields come last */
  guint n_fields;
  const SatchelField *title;       /* what a lookup shows; never secured */
  const SatchelField *state_field; /* or NULL */
  const char *const *closed_states; /* states in which the record is immutable but for an action; NULL-terminated */
  const SatchelField *once;        /* two records of one id in which it holds the same are one (rules/once.h); or NULL */
  const SatchelField *const *proof; /* what shows that somebody has what such a record was made of; n_proof */
  guint n_proof;
  const SatchelTransition *transitions;
  guint n_transitions;
  const SatchelRule *rules;
  guint n_rules;
  const char *const *actions; /* names in rules/actions.h that people may call; NULL-terminated */
  const SatchelView *views;   /* the default first; at least one */
  guint n_views;
  const SatchelForm *const *forms; /* in their order in the data, which may give none; n_forms */
  guint n_forms;
  const SatchelProcess *const *processes; /* n_processes */
  guint n_processes;
  GHashTable *by_name; /* private to entity.c */
} SatchelEntity;

/* By its name, the one that stands in storage and on the wire; NULL when there is none. */
const SatchelField *satchel_entity_find_field (const SatchelEntity *entity, const char *name);
/* The word for it that people see: its first alias, or its name. */
const char *satchel_entity_get_word (const SatchelEntity *entity);
/* By its name or an alias: what people type. */
const SatchelField *satchel_entity_find_word (const SatchelEntity *entity, const char *word);
const SatchelView  *satchel_entity_find_view (const SatchelEntity *entity, const char *name);
const SatchelForm  *satchel_entity_find_form (const SatchelEntity *entity, const char *name); /* NULL: the first */
const SatchelProcess *satchel_entity_find_process (const SatchelEntity *entity, const char *name); /* NULL: the first */
const SatchelField *satchel_entity_owner_field (const SatchelEntity *entity); /* "owner", or NULL */
const SatchelField *satchel_entity_unit_field (const SatchelEntity *entity);  /* "unit", or NULL */

gboolean satchel_entity_is_closed_state (const SatchelEntity *entity, const char *state);
/* TRUE when an edit (@action NULL) or the named action may go from @from to @to; staying is always legal, and what an
 * edit may do, every action may. */
gboolean satchel_entity_allows_transition (const SatchelEntity *entity, const char *from, const char *to,
                                           const char *action);
/* Whether @field is the state or its twin: a choice that has its default from the state, as the state has from it, and so tells
 * the same in other words (stage and status of an opportunity). They change together or not at all. */
gboolean satchel_entity_tells_state (const SatchelEntity *entity, const SatchelField *field);
/* Whether an edit may write @field of a record whose state is @from (NULL: none yet): FALSE where only actions lead on, and for
 * the state's twin. */
gboolean satchel_entity_allows_edit (const SatchelEntity *entity, const SatchelField *field, const char *from);
gboolean satchel_entity_has_action (const SatchelEntity *entity, const char *action);

/* For whoever builds an entity: its by_name table, which borrows names and fields. */
GHashTable *satchel_entity_index_fields (const SatchelField *const *fields, guint n_fields);

G_END_DECLS
