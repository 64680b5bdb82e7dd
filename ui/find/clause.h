/* A condition as it is being put together: a tree that may be incomplete, whose parts change one at a time. Text and back through the
 * JSON form of the language; whatever that can say has a tree. No widgets here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "protocol/predicate/vocabulary.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_CLAUSE_TEST,   /* the field at the end of @path, an operator, words */
  SATCHEL_CLAUSE_GROUP,  /* all, or any, of the children */
  SATCHEL_CLAUSE_ALONG,  /* the same, for the record that the lookups of @path lead to */
  SATCHEL_CLAUSE_EXISTS, /* the same, for some record whose lookup names this one: @path is "task.regarding" */
} SatchelClauseKind;

typedef struct _SatchelClause SatchelClause;
struct _SatchelClause {
  SatchelClauseKind kind;
  SatchelClause *parent;       /* NULL: the root, a group */
  const SatchelEntity *entity; /* that the path begins at; a group's children are about the same */
  gboolean negated;
  char *path;                  /* NULL for a group */
  /* of tests */
  const SatchelField *field;
  SatchelOperator op;
  GPtrArray *words;            /* char*, as in JSON: values, dates, or the period */
  /* of all others */
  gboolean any;
  const SatchelEntity *within; /* that the children are about */
  GPtrArray *children;         /* SatchelClause*, owned */
};

/* The root, with what @text says; INVALID, TOO_LARGE as satchel_predicate_parse(). */
SatchelClause *satchel_clause_from_text (SatchelRegistry *registry, const SatchelEntity *entity, const char *text, GError **error);
/* Canonical text; "" for an empty root. Empty groups within count for nothing. INVALID, with a sentence, where a value is missing or wrong. */
char          *satchel_clause_to_text (SatchelRegistry *registry, const SatchelClause *root, GError **error);
void           satchel_clause_free (SatchelClause *clause); /* NULL-safe; with its children, and not out of its parent */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelClause, satchel_clause_free)

/* A new last child of @parent, borrowed. NULL for a path that leads nowhere (not for a group, which has none). A test begins with the
 * operator that one wants most often for its type, and without words. */
SatchelClause *satchel_clause_add (SatchelRegistry *registry, SatchelClause *parent, SatchelClauseKind kind, const char *path);
void           satchel_clause_remove (SatchelClause *clause); /* out of its parent; frees it */

/* Another field; the operator and the words stay where they fit. FALSE: it leads nowhere, nothing was changed. */
gboolean satchel_clause_set_path (SatchelRegistry *registry, SatchelClause *test, const char *path);
/* The words that fit stay. */
void     satchel_clause_set_operator (SatchelClause *test, SatchelOperator op, gboolean negated);
void     satchel_clause_set_word (SatchelClause *test, guint index, const char *word); /* ""; beyond the last: one more */
void     satchel_clause_remove_word (SatchelClause *test, guint index);
const char *satchel_clause_get_word (const SatchelClause *test, guint index); /* "" where there is none */

G_END_DECLS
