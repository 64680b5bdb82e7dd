/* The texts, and the one call.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/notify.h"

#include <glib/gi18n.h>

#include "client/agent/names.h"

static const struct {
  const char *code, *summary, *body;
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
};

/* The number that the server gave the last notification about the same, by profile and code. */
static GHashTable *shown;

static void
notified_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *key = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  guint32 number;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(u)", &number);
  if (shown == NULL)
    shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_replace (shown, g_steal_pointer (&key), GUINT_TO_POINTER (number));
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

static void
send (GDBusConnection *bus, const Notice *notice)
{
  const char *summary = _ ("Satchel cannot sync"), *body = notice->reason;
  char *key = g_strdup_printf ("%s %s", notice->profile, notice->code);
  GVariantBuilder hints;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (g_str_equal (texts[i].code, notice->code)) {
      summary = gettext (texts[i].summary);
      body = gettext (texts[i].body);
    }
  }
  g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&hints, "{sv}", "desktop-entry", g_variant_new_string ("org.satchelcrm.Satchel"));
  g_dbus_connection_call (
      bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications",
      "Notify",
      g_variant_new ("(susssasa{sv}i)", "Satchel",
                     shown != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (shown, key)) : 0,
                     "org.satchelcrm.Satchel", summary, body, NULL, &hints, -1),
      G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, notified_cb, key);
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
    send (G_DBUS_CONNECTION (source), notice);
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
    send (bus, notice);
    notice_free (notice);
  }
}
