/* The texts, and the one call.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/notify.h"

#include <glib/gi18n.h>

#include "client/agent/names.h"

#define UNDO "undo" /* an action's name */

static const struct {
  const char *code, *summary, *body; /* body NULL: the reason */
} texts[] = {
  { "parked", N_ ("A change was refused"),
    N_ ("The server did not accept what you wrote. It is kept in the outbox, where you can correct it.") },
  { "conflict", N_ ("Two people changed the same"),
    N_ ("A colleague changed what you changed, too. Decide which value is to stand.") },
  { "unauthenticated", N_ ("Please sign in again"),
    N_ ("The server does not accept this device any more. Your changes stay here until you sign in.") },
  { "wiped", N_ ("This computer's records were deleted"),
    N_ ("The administrator gave the device up for lost. All that it held has been erased.") },
  { "storage", N_ ("No room for your records"),
    N_ ("The disk is full or refuses. Nothing is lost; make room, and the sync goes on.") },
  { "corrupt", N_ ("Your records are damaged"), N_ ("The file with your records cannot be read any more.") },
  { "newer", N_ ("Satchel is out of date"), N_ ("Your records were written by a newer version of Satchel.") },
  { "mirror-deleted", N_ ("Deleted in Satchel, too"),
    N_ ("What you deleted in the address book or calendar is deleted in the CRM as well.") },
  { "mirror-kept", N_ ("An item came back"),
    N_ ("You deleted it in the address book or calendar, but it may not be deleted, or somebody has just "
        "changed it.") },
  { "mirror-refused", N_ ("The CRM did not take a change"),
    N_ ("Something that you wrote in the address book or calendar cannot stand in the CRM. satchelctl mirror "
        "status says why.") },
  { "mirror-late", N_ ("Your change came too late"),
    N_ ("What you changed in the address book or calendar was deleted in the CRM meanwhile, or is not yours "
        "any more.") },
  { "mirror-lost", N_ ("Your address book or calendar was filled again"),
    N_ ("Most of it was missing at once. Nothing was deleted in the CRM.") },
  { "mirror-private", N_ ("Your private items were kept"), NULL },
};

/* The number that the server gave the last notification about the same, by profile and code. */
static GHashTable *shown;

/* What may be taken back, by that number. */
typedef struct {
  SatchelNotifyUndo undo;
  gpointer data;
  char *profile;
} Offer;
static GHashTable *offers;

static void
offer_free (Offer *offer)
{
  g_free (offer->profile);
  g_free (offer);
}

typedef struct {
  char *key;
  Offer *offer; /* or NULL */
} Sent;

static void
notified_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Sent *sent = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  guint32 number;

  if (answer == NULL) {
    g_free (sent->key);
    g_clear_pointer (&sent->offer, offer_free);
    return;
  }
  g_variant_get (answer, "(u)", &number);
  if (shown == NULL)
    shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_replace (shown, sent->key, GUINT_TO_POINTER (number));
  if (sent->offer != NULL)
    g_hash_table_replace (offers, GUINT_TO_POINTER (number), sent->offer);
}

static void
invoked_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *signal, GVariant *arguments, gpointer data)
{
  gpointer number, offer;
  const char *action;
  guint32 id;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(us)")))
    return;
  g_variant_get (arguments, "(u&s)", &id, &action);
  if (!g_str_equal (action, UNDO) ||
      !g_hash_table_steal_extended (offers, GUINT_TO_POINTER (id), &number, &offer))
    return;
  ((Offer *)offer)->undo (((Offer *)offer)->profile, ((Offer *)offer)->data);
  offer_free (offer);
}

/* Once for each bus that there ever is. */
static void
listen (GDBusConnection *bus)
{
  if (offers == NULL)
    offers = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)offer_free);
  if (g_object_get_data (G_OBJECT (bus), "satchel-offers") != NULL)
    return;
  g_object_set_data (G_OBJECT (bus), "satchel-offers", bus);
  g_dbus_connection_signal_subscribe (bus, "org.freedesktop.Notifications", "org.freedesktop.Notifications",
                                      "ActionInvoked", "/org/freedesktop/Notifications", NULL,
                                      G_DBUS_SIGNAL_FLAGS_NONE, invoked_cb, NULL, NULL);
}

typedef struct {
  char *profile, *code, *reason;
} Notice;

static void
notice_free (Notice *notice)
{
  g_free (notice->profile);
  g_free (notice->code);
  g_free (notice->reason);
  g_free (notice);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Notice, notice_free)

/* Takes @offer. */
static void
send (GDBusConnection *bus, const Notice *notice, Offer *offer)
{
  const char *summary = _ ("Satchel cannot sync"), *body = notice->reason;
  const char *const actions[] = { UNDO, _ ("Undo"), NULL };
  const char *const none[] = { NULL };
  Sent *sent = g_new0 (Sent, 1);
  GVariantBuilder hints;

  sent->key = g_strdup_printf ("%s %s", notice->profile, notice->code);
  sent->offer = offer;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (g_str_equal (texts[i].code, notice->code)) {
      summary = gettext (texts[i].summary);
      if (texts[i].body != NULL)
        body = gettext (texts[i].body);
    }
  }
  g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&hints, "{sv}", "desktop-entry", g_variant_new_string ("org.satchelcrm.Satchel"));
  g_dbus_connection_call (
      bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications",
      "Notify",
      g_variant_new ("(susss^asa{sv}i)", "Satchel",
                     shown != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (shown, sent->key)) : 0,
                     "org.satchelcrm.Satchel", summary, body, offer != NULL ? actions : none, &hints, -1),
      G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, notified_cb, sent);
}

/* No answer is one, too: nobody has the name. */
static void
herald_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Notice) notice = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean has_herald = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &has_herald);
  if (!has_herald)
    send (G_DBUS_CONNECTION (source), notice, NULL);
}

static gboolean
tells_herald (const char *code)
{
  return g_str_equal (code, "parked") || g_str_equal (code, "conflict");
}

void
satchel_notify (GDBusConnection *bus, const char *profile, const char *code, const char *reason)
{
  g_autofree char *herald = satchel_herald_dup_name (profile);
  Notice *notice = g_new0 (Notice, 1);

  *notice = (Notice){ g_strdup (profile), g_strdup (code), g_strdup (reason) };
  if (tells_herald (code)) {
    g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                            "NameHasOwner", g_variant_new ("(s)", herald), G_VARIANT_TYPE ("(b)"),
                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, herald_cb, notice);
  } else {
    send (bus, notice, NULL);
    notice_free (notice);
  }
}

void
satchel_notify_undoable (GDBusConnection *bus, const char *profile, const char *code, const char *reason,
                         SatchelNotifyUndo undo, gpointer data)
{
  g_autoptr (Notice) notice = g_new0 (Notice, 1);
  Offer *offer = g_new0 (Offer, 1);

  listen (bus);
  *notice = (Notice){ g_strdup (profile), g_strdup (code), g_strdup (reason) };
  *offer = (Offer){ undo, data, g_strdup (profile) };
  send (bus, notice, offer);
}
