/* What a condition can be made of: operators, what follows each, which types they apply to, and where a path leads. For whoever
 * lets people put conditions together; the conditions themselves travel as JSON (predicate.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"

G_BEGIN_DECLS

/* What follows an operator. */
typedef enum {
  SATCHEL_SHAPE_NONE,
  SATCHEL_SHAPE_ONE,
  SATCHEL_SHAPE_TWO,  /* "a and b" */
  SATCHEL_SHAPE_LIST, /* "(a, b)" */
  SATCHEL_SHAPE_PERIOD,
} SatchelShape;

typedef enum {
  SATCHEL_OPERATOR_NOT_EQUAL,
  SATCHEL_OPERATOR_AT_MOST,
  SATCHEL_OPERATOR_AT_LEAST,
  SATCHEL_OPERATOR_EQUAL,
  SATCHEL_OPERATOR_LESS,
  SATCHEL_OPERATOR_GREATER,
  SATCHEL_OPERATOR_BETWEEN,
  SATCHEL_OPERATOR_NOT_IN,
  SATCHEL_OPERATOR_IN,
  SATCHEL_OPERATOR_IN_PERIOD,
  SATCHEL_OPERATOR_CONTAINS,
  SATCHEL_OPERATOR_STARTS_WITH,
  SATCHEL_OPERATOR_ENDS_WITH,
  SATCHEL_OPERATOR_HAS_ANY,
  SATCHEL_OPERATOR_HAS_ALL,
  SATCHEL_OPERATOR_HAS,
  SATCHEL_OPERATOR_IS_NOT_EMPTY,
  SATCHEL_OPERATOR_IS_EMPTY,
  SATCHEL_N_OPERATORS
} SatchelOperator;

typedef struct {
  const char *text; /* in both notations */
  SatchelShape shape;
  guint types;             /* bits 1 << SatchelType that it applies to */
  gboolean negates;        /* true exactly when @positive is not */
  SatchelOperator positive;
} SatchelOperatorInfo;

/* In an order in which the first that matches a text is the right one. */
extern const SatchelOperatorInfo satchel_operators[SATCHEL_N_OPERATORS];

gboolean satchel_operator_applies (SatchelOperator op, SatchelType type);
/* INVALID, naming the operators that do apply; nothing when it applies. */
gboolean satchel_operator_check (SatchelOperator op, const SatchelField *field, GError **error);

/* ---- paths ---- */

/* The field at the end of "account.city", "regarding(account).owner", and the entity that has it (may be NULL). INVALID, SCHEMA. */
const SatchelField *satchel_path_find_field (SatchelRegistry *registry, const SatchelEntity *entity, const char *path,
                                             const SatchelEntity **holder, GError **error);
/* The entity that "account", "regarding(account).parent" leads to. */
const SatchelEntity *satchel_path_find_entity (SatchelRegistry *registry, const SatchelEntity *entity, const char *path,
                                               GError **error);
/* The entity of "task.regarding", the lookup of which can name records of @entity. */
const SatchelEntity *satchel_path_find_reference (SatchelRegistry *registry, const SatchelEntity *entity, const char *reference,
                                                  GError **error);

G_END_DECLS
