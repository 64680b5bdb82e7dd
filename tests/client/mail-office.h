/* A person whose mail program asks the agent: Mail1 on a private bus over a device's profile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "client/agent/mail/service.h"
#include "protocol/error.h"
#include "tests/client/device.h"

G_BEGIN_DECLS

#define PROFILE "test"

typedef struct {
  Device device;
  GSubprocess *daemon;
  char *address;
  GDBusConnection *agent, *caller;
  SatchelMailService *service;
  GPtrArray *signals; /* "MessagesChanged id id" */
} Office;

/* She has: an account "acme", its contact "ana" (ana@example.com), the open opportunities "soon" and "late" and the closed one "won" there, the
 * lead "lead" with the same address, the tasks "call" and "done"; and "ion" (ion@example.com) of "other" with the opportunity "else" and the task "ours". */
void office_open (Office *office);
void office_close (Office *office);

GDBusConnection *office_connect (const char *address);
void             office_disconnect (GDBusConnection **bus);

/* ---- calls: all wait for the answer ---- */

/* @format and what follows as for g_variant_new(). Asserts that it is answered; owned. */
GVariant *office_ask (Office *office, const char *method, const char *format, ...);
#define office_forget(answer) g_variant_unref (answer)
/* Asserts that it is refused with @code. */
void      office_refuse (Office *office, SatchelErrorCode code, const char *method, const char *format, ...);
GVariant *office_call_as (GDBusConnection *caller, Office *office, const char *method, GVariant *arguments, GUnixFDList *files,
                          GError **error);
/* In two steps. */
void          office_begin_as (GDBusConnection *caller, Office *office, const char *method, GVariant *arguments, GUnixFDList *files,
                               GAsyncResult **result);
GAsyncResult *office_wait (GAsyncResult **result);

/* ---- messages and items ---- */

extern const char office_offer[];    /* of ana, <offer@example.com>, "Offer for the crane" */
extern const char office_stranger[]; /* of nobody who is known, <hello@elsewhere.example>, "Hello" */

int office_put_file (const void *bytes, gsize size); /* a descriptor */
/* Takes @descriptor and @options (NULL: none). */
GVariant *office_track_file (Office *office, int descriptor, GVariant *options, GError **error);
/* The id; owned. */
char     *office_track (Office *office, const char *message, GVariant *options, gboolean expected_joined);
GVariant *office_regarding (const char *entity, const char *name); /* as options */
void      office_undo (Office *office, const char *kind, const char *about);

#define OFFICE_EVENT(class, summary)                                                                                \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test\r\nBEGIN:VEVENT\r\nUID:meeting-1\r\n"                    \
  "DTSTART:20251201T090000Z\r\nDTEND:20251201T100000Z\r\nSUMMARY:" summary                                   \
  "\r\n" class "END:VEVENT\r\nEND:VCALENDAR\r\n"

char *office_track_item (Office *office, const char *text, GVariant *options, const char *expected);

/* ---- answers ---- */

/* Owned; NULL: nothing is known of it. @method: State, ItemState. */
GVariant   *office_state (Office *office, const char *method, const char *key);
const char *office_text (GVariant *members, const char *name); /* or NULL */
gboolean    office_truth (GVariant *members, const char *name);
/* The list at @list of the answer, which has @n members; owned. */
GVariant   *office_list (GVariant *answer, guint list, guint n);
/* The id of a suggestion; borrowed from @list. */
const char *office_suggestion (GVariant *list, guint index);

G_END_DECLS
