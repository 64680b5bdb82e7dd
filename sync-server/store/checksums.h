/* Checksums of rows (protocol/checksum.h), computed from the columns whenever they are asked for: nothing that is kept could
 * disagree with what a device is sent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/texts.h"

G_BEGIN_DECLS

typedef gboolean (*SatchelChecksumFunc) (const char *id, guint64 sum, gpointer data, GError **error);

/* For each row that @select gives: its sum over @form->fields, without those that @form blanks. */
gboolean satchel_checksums_visit (SatchelStore *store, const SatchelTextForm *form, const SatchelConditions *select,
                                  SatchelChecksumFunc visit, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
