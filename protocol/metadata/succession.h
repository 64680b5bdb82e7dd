/* What may follow what: new definitions are judged against those that hold, so that every change set and every row of the past
 * keeps its meaning. Names stand for ever, fields keep their type, and what the program itself relies on stays as it is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"

G_BEGIN_DECLS

/* @base: the definitions of the program alone; @old: what holds; @new: what shall hold. INVALID, naming document, line and
 * column. */
gboolean satchel_succession_check (SatchelRegistry *base, SatchelRegistry *old, SatchelRegistry *new,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A program may bring a name that an organisation has used before: then both are the same field, if their values have the same form.
 * @base: the definitions of the program; @new: these, changed by the organisation's. INVALID, naming the field. */
gboolean satchel_succession_check_program (SatchelRegistry *base, SatchelRegistry *new, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when rows in the tables of @old may go on under @new: the same columns, with values of the same form. */
gboolean satchel_succession_keeps_columns (SatchelRegistry *old, SatchelRegistry *new);

/* The fields of @entity that @old does not have: those whose default fills the records that are there. Empty for an entity
 * that is new itself. const SatchelField*, borrowed. */
GPtrArray *satchel_succession_list_added (SatchelRegistry *old, const SatchelEntity *entity);

G_END_DECLS
