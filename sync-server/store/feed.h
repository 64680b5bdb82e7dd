/* The change table: feed, audit, merge base and undo in one. A commit is one change set; its s is given here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Most change rows of one commit. */
#define SATCHEL_FEED_MAX_CHANGES (1 << 20)

/* The change set being written. Strings are borrowed for its life; NULL device: the server itself. */
typedef struct {
  gint64 s;  /* given by begin */
  gint64 n;  /* change rows so far */
  gint64 at_ms;
  gint64 made_at_ms;
  const char *user;
  const char *device;
  const char *op;
} SatchelCommit;

/* Takes the next s and writes the commit's row. */
gboolean satchel_feed_begin (SatchelStore *store, SatchelCommit *commit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One field of one record. */
gboolean satchel_feed_add_field (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record,
                                 const SatchelField *field, const SatchelValue *old, const SatchelValue *new,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The record as a whole: made (its values follow from walking back), or deleted, when all its values are kept. */
gboolean satchel_feed_add_created (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_feed_add_deleted (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What happened to one field after @s. */
typedef struct {
  gboolean changed;
  gboolean latest_is_device; /* the latest change is @device's own */
  gboolean others;           /* any change is not */
  char *other_user;          /* who made the latest change that is not @device's; owned; NULL: the server or nobody */
  gint64 other_at_ms;
  SatchelValue *base;        /* the value at @s; only when changed; owned */
} SatchelFieldHistory;
void satchel_field_history_clear (SatchelFieldHistory *history);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelFieldHistory, satchel_field_history_clear)
gboolean satchel_feed_read_field (SatchelStore *store, const SatchelRecord *record, const SatchelField *field, gint64 s,
                                  const char *device, SatchelFieldHistory *history, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether anyone but @device changed the record after @s. */
gboolean satchel_feed_changed_by_others (SatchelStore *store, const char *entity, const char *record, gint64 s,
                                         const char *device, gboolean *changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For each of @rows (gint64), in their order: names of its fields changed after @s, sorted, joined by ","; "" when none, or when all that was changed
 * is of the commits @own (gint64, first and last of ranges; may be NULL). */
typedef void (*SatchelFieldsFunc) (gint64 row, const char *fields, gpointer data);
gboolean satchel_feed_visit_fields (SatchelStore *store, const SatchelEntity *entity, const GArray *rows, gint64 s, const GArray *own,
                                    SatchelFieldsFunc visit, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How many of the commits from @first to @last are @device's. */
gboolean satchel_feed_count_commits (SatchelStore *store, const char *device, gint64 first, gint64 last, gint64 *n,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether there ever was a record with that id, of whatever entity: an id names one record. */
gboolean satchel_feed_knows (SatchelStore *store, const char *record, gboolean *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* s of the latest delete of the record, 0 when it was never deleted; *deleted the record as it was, owned. */
gboolean satchel_feed_find_delete (SatchelStore *store, const SatchelEntity *entity, const char *record, gint64 *s,
                                   SatchelRecord **deleted, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One change of a commit, as restore needs it. */
typedef struct {
  const SatchelEntity *entity;
  char *record;
  const SatchelField *field; /* NULL: the record as a whole */
  SatchelRecord *deleted;    /* the record as it was; NULL: it was made */
  SatchelValue *old, *new;   /* of a field */
} SatchelFeedEntry;
void satchel_feed_entry_free (SatchelFeedEntry *entry);
/* s of the commit that wrote the field last; 0 when none did. */
gboolean satchel_feed_find_field (SatchelStore *store, const SatchelRecord *record, const char *field, gint64 *s,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* In the order written. Entities and fields that the registry has lost are left out. */
GPtrArray *satchel_feed_list_commit (SatchelStore *store, gint64 s, GError **error);

/* All owners and units that the record has had before (lookup ids; char*, owned): whether the caller may know that it exists. */
GPtrArray *satchel_feed_list_old_values (SatchelStore *store, const SatchelEntity *entity, const char *record,
                                         const char *field, GError **error);

/* The record's changes as a JSON array, newest first, at most @limit and some 4 MB: {"s","field","old","new","by","by_name","at"}, stored
 * form; field "" for the whole record, whose old values are an object after a delete. Fields of @hidden_classes are left out, and names of
 * users for whom @user_guard, SQL over "u", does not hold. Owned. */
char *satchel_feed_history_json (SatchelStore *store, const SatchelEntity *entity, const char *record,
                                 const char *const *hidden_classes, const char *user_guard, gint64 limit, GError **error);

G_END_DECLS
