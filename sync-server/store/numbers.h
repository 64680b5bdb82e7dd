/* Numbers that the server gives: of quotes, orders, invoices, cases. One row counts a field for a year, or for ever.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Fills the empty numbered fields of a record that is created at @at_ms (UTC): "Q-{year}-{number:6}" becomes
 * "Q-2026-000017". A rolled back transaction gives its numbers back, so none is missing. */
gboolean satchel_numbers_fill (SatchelStore *store, SatchelRecord *record, gint64 at_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
