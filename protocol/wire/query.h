/* Online work: lists, single records and their answers, as structs and as JSON (protocol/WIRE.md). Parsing is strict and
 * bounded; what the names and texts mean is for the server to judge.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* ---- POST /v1/query ---- */
typedef struct {
  char *entity;
  char *where;        /* predicate text; NULL: all that one may read */
  char *find;         /* what was typed in quick find; NULL: nothing */
  char **find_fields; /* NULL: all searchable ones */
  char *sort;         /* name of a field; NULL: the title */
  gboolean descending;
  char **columns;     /* fields, also along lookups ("account.city"); NULL: whole rows */
  gint64 limit;       /* rows in this page, at most SATCHEL_MAX_PAGE_ROWS */
  char *after;        /* "more" of the page before; NULL: from the start */
  gboolean count;     /* how many there are in all */
  char *zone;         /* IANA name: where "today" begins; NULL: UTC */
} SatchelListRequest;
void satchel_list_request_free (SatchelListRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelListRequest, satchel_list_request_free)

char               *satchel_list_request_to_text (const SatchelListRequest *request);
SatchelListRequest *satchel_list_request_from_text (const char *text, gsize length, GError **error);

/* ---- POST /v1/record, /v1/unpin ---- */
typedef struct {
  char *entity;
  char *id;
} SatchelRecordRequest;
void satchel_record_request_free (SatchelRecordRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRecordRequest, satchel_record_request_free)

char                 *satchel_record_request_to_text (const SatchelRecordRequest *request);
SatchelRecordRequest *satchel_record_request_from_text (const char *text, gsize length, GError **error);

/* ---- the answer to both: sections as in a pull, then this line ---- */
typedef struct {
  gint64 rows;  /* of the page, without stubs */
  char *more;   /* asks for what follows; NULL: nothing does */
  gint64 count; /* -1: not asked for */
  gboolean uncounted; /* there are more than count: the server gave up counting */
} SatchelListTail;
void satchel_list_tail_clear (SatchelListTail *tail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelListTail, satchel_list_tail_clear)

char    *satchel_list_tail_to_text (const SatchelListTail *tail);
gboolean satchel_list_tail_from_json (JsonNode *node, SatchelListTail *tail, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
