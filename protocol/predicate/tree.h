/* The tree behind a predicate, shared by the files of this room. Nodes are immutable once their predicate exists.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/moment.h"
#include "protocol/predicate/predicate.h"
#include "protocol/predicate/vocabulary.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_OPERAND_VALUE,   /* value: of the field's kind; a lookup for party lists */
  SATCHEL_OPERAND_STRING,  /* value: a string to look for, or a bare address in a party list */
  SATCHEL_OPERAND_MOMENT,
  SATCHEL_OPERAND_ME,
  SATCHEL_OPERAND_MY_UNIT,
  SATCHEL_OPERAND_MY_TEAMS,
} SatchelOperandKind;

typedef struct {
  SatchelOperandKind kind;
  SatchelValue *value; /* owned */
  SatchelMoment moment;
} SatchelOperand;

/* How the operands of @field are written: as a date, as a word that needs quotes, or as a bare word. */
gboolean satchel_operand_is_moment (const SatchelField *field);
gboolean satchel_operand_is_string (const SatchelField *field);

/* The same word again; owned. */
char *satchel_operand_to_word (const SatchelField *field, const SatchelOperand *operand);

/* The records that an operand of a lookup or party list stands for, as stored ids; for VALUE, ME, MY_UNIT, MY_TEAMS.
 * Calls @visit until it returns TRUE; returns whether it did. */
typedef gboolean (*SatchelPrincipalFunc) (const char *entity, const char *id, gpointer data);
gboolean satchel_operand_each_record (const SatchelOperand *operand, const SatchelPredicateContext *context,
                                      SatchelPrincipalFunc visit, gpointer data);

typedef enum {
  SATCHEL_NODE_ALL,    /* all children hold; without children: always true (only as a root or below EXISTS) */
  SATCHEL_NODE_ANY,    /* one of the children holds */
  SATCHEL_NODE_NOT,    /* the child does not hold */
  SATCHEL_NODE_ALONG,  /* @field names a record of @entity for which the child holds */
  SATCHEL_NODE_EXISTS, /* the lookup @field of some record of @entity names this one, and the child holds for it */
  SATCHEL_NODE_TEST,   /* @field @operator @operands */
} SatchelNodeKind;

typedef struct _SatchelNode {
  SatchelNodeKind kind;
  GPtrArray *children; /* SatchelNode*; NULL for a test */
  const SatchelEntity *entity;
  const SatchelField *field;
  SatchelOperator op;
  GArray *operands; /* SatchelOperand; tests only */
  SatchelPeriod period;
} SatchelNode;

SatchelNode *satchel_node_new (SatchelNodeKind kind);
void         satchel_node_free (SatchelNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelNode, satchel_node_free)
SatchelNode   *satchel_node_copy (const SatchelNode *node);
SatchelOperand satchel_operand_copy (const SatchelOperand *operand);

/* Takes @child; a group takes over the children of a group of its own kind, so that every tree has one form. */
void satchel_node_add (SatchelNode *parent, SatchelNode *child);
/* Takes @operand's value. */
void satchel_node_add_operand (SatchelNode *test, SatchelOperand operand);
const SatchelNode    *satchel_node_child (const SatchelNode *node); /* the only one */
const SatchelOperand *satchel_node_operand (const SatchelNode *test, guint index);
/* A group of one is its child. Takes @group. */
SatchelNode *satchel_node_simplify (SatchelNode *group);

/* Adds what a word without its quotes stands for; not for moments. A bare id behind a lookup of several targets stands for the
 * record of either kind that has it: "=" becomes "in". INVALID, without a column. */
gboolean satchel_test_add_word (SatchelNode *test, const char *word, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a test compares a lookup with just these records (SatchelValue*), in this order. */
gboolean satchel_test_names (const SatchelNode *node, GPtrArray *records);

/* A date or datetime matches the test's positive operator when it lies within one of these ranges. */
guint         satchel_test_count_bounds (const SatchelNode *test);
SatchelBounds satchel_test_bounds (const SatchelNode *test, guint index, const SatchelPredicateContext *context);

/* "account", "regarding(account)"… and "." for each lookup followed, read up to the field of the condition, or up to the "(" of
 * a condition for the last record: then *end is NULL. @steps collects one SatchelStep a lookup. On error the scanner's column is in the message. */
typedef struct {
  const SatchelField *field;
  const SatchelEntity *entity; /* the one it leads to */
} SatchelStep;
gboolean satchel_path_parse (SatchelRegistry *registry, const SatchelEntity *entity, SatchelScanner *scanner, GArray *steps,
                             const SatchelField **end, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Lookups with "." between them; the entity that they lead to. */
const SatchelEntity *satchel_steps_parse (SatchelRegistry *registry, const SatchelEntity *entity, SatchelScanner *scanner,
                                          GArray *steps, GError **error);
/* Wraps @condition in the ALONG nodes of @steps; takes it. */
SatchelNode *satchel_path_wrap (GArray *steps, SatchelNode *condition);
/* Prints the steps from @node down to the field of its test, or to the condition behind the last "."; returns which. */
const SatchelNode *satchel_path_print (const SatchelNode *node, GString *text);

/* "task" or "task.regarding" in front of the condition of an EXISTS; sets @node's entity and field. */
gboolean satchel_reference_parse (SatchelRegistry *registry, const SatchelEntity *entity, SatchelScanner *scanner,
                                  SatchelNode *node, GError **error) G_GNUC_WARN_UNUSED_RESULT;

struct _SatchelPredicate {
  gatomicrefcount references;
  SatchelRegistry *registry;
  const SatchelEntity *entity;
  SatchelNode *root;
};

/* What people and programs write is small; what is derived from it (bind.h) repeats it. */
typedef enum { SATCHEL_PREDICATE_WRITTEN, SATCHEL_PREDICATE_DERIVED } SatchelPredicateSize;
guint satchel_predicate_most_nodes (SatchelPredicateSize size);
guint satchel_predicate_most_depth (SatchelPredicateSize size);

/* Takes @root; TOO_LARGE when it is too deep or has too many nodes and values. */
SatchelPredicate *satchel_predicate_new (SatchelRegistry *registry, const SatchelEntity *entity, SatchelNode *root,
                                         SatchelPredicateSize size, GError **error);
/* For a part of a predicate, or one as large as another. */
SatchelPredicate *satchel_predicate_new_unbounded (SatchelRegistry *registry, const SatchelEntity *entity, SatchelNode *root);

G_END_DECLS
