/* Prices on records: quotes, orders, invoices and opportunities (heads), and their lines. The arithmetic stands in pricing.h.
 *
 * Three kinds of fields, so that both sides come to the same figures whatever order edits arrive in:
 *   entered    quantity, price, discounts, tax, freight
 *   computed   from the record's own fields: a line's amounts, a head's totals (rules/compute.h names them)
 *   derived    from other records, stored with the record: a line's list price, volume discount and digits when its product,
 *              quantity or unit is written; a head's rate and digits when its currency is; a head's sums whenever a line of
 *              it was written, made or deleted
 * The unit price is the one entered, else the list's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/rules/actions.h"
#include "protocol/rules/compute.h"

G_BEGIN_DECLS

/* ---- computed (functions of compute.c's table) ---- */

SatchelValue *satchel_amounts_line_base (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_line_discount (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_line_amount (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_line_tax (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_line_total (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_subtotal (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_head_discount (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_head_total (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_base_total (const SatchelRecord *record, const SatchelField *field);
SatchelValue *satchel_amounts_base_amount (const SatchelRecord *record, const SatchelField *field);

/* ---- derived ---- */

/* The lookup by which a record of @entity is a line of something, or NULL. */
const SatchelField *satchel_amounts_head_field (const SatchelEntity *entity);
/* The entity whose records are the lines of those of @entity, or NULL. */
const char *satchel_amounts_line_entity (const SatchelEntity *entity);

/* A line's own part in a head that is closed cannot be altered but by an action: STATE. TRUE for all other records. @record is
 * as it stands, or as it would be created. */
gboolean satchel_amounts_check_open (const SatchelRecord *record, const SatchelRecordSource *source,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Fills the derived fields of a record that is written (@before NULL: created), before it is computed, judged and stored;
 * other records stay as they are. A new line takes its head's owner and its product's name. */
void satchel_amounts_derive (SatchelRegistry *registry, SatchelRecord *record, const SatchelRecord *before,
                             const SatchelRecordSource *source);
/* The same as if everything had just been written: today's prices and rate. */
void satchel_amounts_renew (SatchelRegistry *registry, SatchelRecord *record, const SatchelRecordSource *source);

/* A head whose sums do not stand any more once a record was written. */
typedef struct {
  const char *entity; /* borrowed from the records */
  const char *id;
  gboolean renew; /* its currency or price list is another: so are the prices of its lines */
} SatchelHead;
/* What writing a record asks for (@before NULL: created, @after NULL: deleted): how many of @heads are filled. */
guint satchel_amounts_list_heads (const SatchelRecord *before, const SatchelRecord *after, SatchelHead heads[2]);

/* What must be written so that @head and its lines agree: SatchelEffect*, updates only, none when they do or when there is no such
 * head. RULE when the sums have no room. */
GPtrArray *satchel_amounts_follow (SatchelRegistry *registry, const SatchelHead *head, const SatchelRecordSource *source,
                                   GError **error);

G_END_DECLS
