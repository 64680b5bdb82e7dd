/* Stages of a process: what must hold to go on from one to the next. Read from data; immutable once the registry is
 * frozen, owned by it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_CRITERION_ENTRY, /* holds before the stage begins */
  SATCHEL_CRITERION_EXIT,  /* holds before the stage is left forwards */
  SATCHEL_CRITERION_DOUBT, /* when this is in doubt, the record goes back */
} SatchelCriterionKind;

typedef struct {
  const char *name;
  SatchelCriterionKind kind;
  const char *label;   /* a sentence for people */
  const char *require; /* predicate text over the record's own fields; "": a person judges */
  struct _SatchelPredicate *holds; /* NULL where a person judges */
} SatchelCriterion;

typedef struct {
  const char *key; /* of the process's field */
  const SatchelCriterion *criteria;
  guint n_criteria;
} SatchelStage;

typedef struct {
  const char *name;
  const char *label;
  const char *field; /* the choice whose keys are the stages */
  const SatchelStage *stages; /* in their order; the last is the one behind which an outcome follows */
  guint n_stages;
} SatchelProcess;

/* The index of the stage @key, or -1. */
int satchel_process_find_stage (const SatchelProcess *process, const char *key);

G_END_DECLS
