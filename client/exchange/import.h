/* Files of vCards and calendars into the replica and out of it, offline.
 *
 * A contact that is here already is updated: the one with the same UID, else the one with the same name and one of the same e-mail addresses. An appointment or
 * a task is known by its UID, what stands in for one occurrence of a series by that and its original start. An update empties no field that the file
 * says nothing of. An item that cannot go in is refused whole, with the reason (X-SATCHEL-REASON) in the errors file; the rest goes in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/transfer/export.h"
#include "client/transfer/import.h"

G_BEGIN_DECLS

/* By the name of the file: .vcf, .vcard, .ics, .ical. */
gboolean satchel_exchange_takes (const char *path);

/* As satchel_import_file(); options->map is not looked at, summary->ignored has the names of properties that no field is for. @entity: only such items are taken, the
 * others refused; NULL: all. *n_matched: updated because of name and address. */
gboolean satchel_exchange_import (SatchelSession *session, const SatchelEntity *entity, const char *path, const SatchelImportOptions *options,
                                  SatchelImportSummary *summary, gint64 *n_matched, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Contacts as vCards 3.0; appointments, those of a series together, or tasks as one VCALENDAR. INVALID for another entity. */
gboolean satchel_exchange_export (SatchelSession *session, const SatchelEntity *entity, SatchelPredicate *where, SatchelExportWriteFunc write,
                                  gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
