/* What happens to one field that two people changed. Pure: no store, no clock.
 *
 * The resolver calls satchel_merge_field() for each edited field, or satchel_merge_group() for the edited fields of
 * one merge group, which are decided as one. Policies: DESIGN §3, rule 2.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/entity.h"
#include "protocol/value.h"

G_BEGIN_DECLS

/* What the change table says of the field since the author saw it. For policies that need a base anything of others
 * counts, even if a later edit of the author's own device lies on top: that edit did not know of it. */
typedef enum {
  SATCHEL_SINCE_UNTOUCHED,   /* nobody changed it */
  SATCHEL_SINCE_SAME_DEVICE, /* the latest change is the author's own device's */
  SATCHEL_SINCE_OTHERS,      /* the latest change is someone else's */
} SatchelSince;

typedef enum {
  SATCHEL_CONFLICT_NONE,
  SATCHEL_CONFLICT_SETTLED, /* the policy decided; the discarded value is filed */
  SATCHEL_CONFLICT_OPEN,    /* a person decides; the server's value stands meanwhile */
} SatchelConflict;

typedef struct {
  SatchelValue *value;      /* what the field holds afterwards; owned, may be NULL (empty) */
  SatchelConflict conflict;
  gboolean changed;         /* FALSE when the value equals the server's current one */
} SatchelMergeResult;

void satchel_merge_result_clear (SatchelMergeResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelMergeResult, satchel_merge_result_clear)

/* @mine is the incoming value, @theirs the server's current one, @base the value the author saw (only policies with
 * satchel_policy_needs_base() look at it). Equal values are a no-op without conflict; what nobody else touched takes
 * mine. Else, in short (protocol/README.md has it exactly, with empty values):
 *
 *   last      mine; settled            first     theirs; settled          review  theirs; open
 *   set       three-way by key, no conflict          parties: three-way by party
 *   counter   theirs + (mine - base)   append    theirs followed by what mine appended
 *   max, min  the larger, the smaller; the other is not filed: it is not lost knowledge
 *   state     mine when theirs → mine is a legal transition of @entity (settled), else theirs; open
 *   text      three-way by lines, then words; overlap: theirs; open
 *   reference as review
 *
 * A merged value that the field may not hold (satchel_value_check) is: theirs; open. */
void satchel_merge_field (const SatchelEntity *entity, const SatchelField *field, SatchelSince since,
                          const SatchelValue *base, const SatchelValue *mine, const SatchelValue *theirs,
                          SatchelMergeResult *result);

/* The edited fields of one group: @fields, @mine, @theirs, @results have @n entries. The group is touched by others when one of
 * its fields is (@since is the group's). All take or all keep; the strictest policy of the group's fields decides. */
void satchel_merge_group (const SatchelEntity *entity, const SatchelField *const *fields, guint n, SatchelSince since,
                          const SatchelValue *const *mine, const SatchelValue *const *theirs,
                          SatchelMergeResult *results);

/* Three-way text merge by lines, and within lines that both changed by words. Lines that both added at the end stay, theirs
 * first. Returns the merged text, or NULL where a person has to look: the two sides changed overlapping or adjoining
 * parts differently, or too much. Bounded: texts of SATCHEL_MAX_TEXT_CHARS take well under a second. Owned. */
char *satchel_merge_text (const char *base, const char *mine, const char *theirs);

G_END_DECLS
