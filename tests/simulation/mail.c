/* Messages that many people have, each a copy of her own, and track without knowing of each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/mail/track.h"
#include "tests/simulation/deeds.h"

#define N_MESSAGES         4 /* so few that people meet */
#define PERCENT_REGARDING  30
#define PERCENT_ATTACHMENT 50

/* What a copy says: as it was sent, with what servers did to it on the way, or what somebody makes up who
 * knows of the message and does not have it. */
static const struct {
  guint weight;
  const char *subject, *quote, *text, *footer;
} copies[] = {
  { 40, "", "", "about the excavator, and all that was said on Monday: we accept the offer", "" },
  { 15, "", "", "about the excavator, and all that was said on Monday: we accept the offer",
    "-- \nScanned.\n" },
  { 10, "", "> ", "about the excavator, and all that was said on Monday: we accept the offer", "" },
  { 10, "Re: ", "", "about the excavator, and all that was said on Monday: we accept the offer", "" },
  { 20, "", "", "I have heard that there is such a message, and want to read all of it", "" },
  { 5, "", "", "no", "" },
};

static guint
pick_copy (SimWorld *world)
{
  guint dice = sim_random (world, 100), i = 0;

  while (dice >= copies[i].weight)
    dice -= copies[i++].weight;
  return i;
}

/* Every third message has an attachment, every other one answers the one before it. */
static char *
write_message (guint message, guint copy)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          "From: n%u@example.com\nTo: n%u@example.com, somebody@example.com\n"
                          "Date: Mon, %u Jun 2026 10:00:00 +0000\nSubject: %sMessage no. %u\n"
                          "Message-ID: <m%u@example.com>\n",
                          message, message + 10, message + 1, copies[copy].subject, message, message);
  if (message % 2 == 1)
    g_string_append_printf (text, "In-Reply-To: <m%u@example.com>\n", message - 1);
  if (message % 3 == 0)
    g_string_append (text, "Content-Type: multipart/mixed; boundary=B\n\n--B\n");
  g_string_append_printf (text, "\n%sNo. %u,\n%s%s.\n%s", copies[copy].quote, message, copies[copy].quote,
                          copies[copy].text, copies[copy].footer);
  if (message % 3 == 0)
    g_string_append_printf (
        text, "\n--B\nContent-Type: application/pdf; name=offer.pdf\n\nOffer no. %u\n--B--\n", message);
  return g_string_free (text, FALSE);
}

/* "ENTITY ID" of something that a message may be about; or NULL. */
static char *
pick_regarding (SimDevice *device, const char **entity)
{
  static const char *const kinds[] = { "account", "contact", "opportunity" };

  *entity = kinds[sim_random (device->world, G_N_ELEMENTS (kinds))];
  return sim_pick_record (
      device, satchel_registry_find (satchel_session_get_registry (device->session), *entity), "true");
}

void
sim_do_track (SimDevice *device)
{
  SimWorld *world = device->world;
  const guint number = sim_random (world, N_MESSAGES);
  g_autofree char *text = write_message (number, pick_copy (world)), *regarding = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SatchelMessage) message = NULL;
  g_auto (SatchelTracked) tracked = { 0 };
  SatchelTrackOptions options = { 0 };
  g_autoptr (GError) error = NULL;

  message = satchel_message_read (bytes, &error);
  sim_check (world, message != NULL, error, "reading a message");
  if (sim_chance (world, PERCENT_REGARDING))
    regarding = pick_regarding (device, &options.regarding_entity);
  if (regarding == NULL)
    options.regarding_entity = NULL;
  options.regarding_id = regarding;
  if (sim_chance (world, PERCENT_ATTACHMENT))
    options.attach = SATCHEL_MAIL_ATTACH_ALL;
  gboolean done = satchel_mail_track (device->session, message, &options, NULL, &tracked, &error);
  sim_written (device, done ? tracked.id : NULL, error, "track");
}

/* The Message-ID of some email that is here; @hers: that she tracks herself. */
static char *
pick_message (SimDevice *device, gboolean hers)
{
  const SatchelEntity *emails =
      satchel_registry_find (satchel_session_get_registry (device->session), "email");
  const char *user = satchel_session_get_user (device->session);
  g_autofree char *where = hers && user != NULL
                               ? g_strdup_printf ("instr (ifnull (f_tracked_by, ''), '%s') > 0", user)
                               : g_strdup ("f_message_id IS NOT NULL");
  g_autofree char *id = sim_pick_record (device, emails, where);
  g_autoptr (SatchelRecord) email = NULL;
  g_autoptr (GError) error = NULL;

  if (id == NULL)
    return NULL;
  sim_check (device->world,
             satchel_replica_read (satchel_session_get_replica (device->session), emails, id, &email, &error),
             error, "reading an email");
  const SatchelValue *value = email != NULL ? satchel_record_get_by_name (email, "message_id") : NULL;
  return value != NULL ? g_strdup (satchel_value_get_string (value)) : NULL;
}

void
sim_do_untrack (SimDevice *device)
{
  g_autofree char *message = pick_message (device, TRUE);
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;
  gboolean done = satchel_mail_untrack (device->session, message, NULL, &error);
  sim_written (device, done ? message : NULL, error, "untrack");
}

/* Also of messages that somebody else tracks, and nothing at all. */
void
sim_do_regard (SimDevice *device)
{
  const char *entity;
  g_autofree char *message = pick_message (device, FALSE);
  g_autofree char *id = pick_regarding (device, &entity);
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;
  if (id == NULL || sim_chance (device->world, 15))
    entity = NULL;
  gboolean done =
      satchel_mail_set_regarding (device->session, message, entity, entity != NULL ? id : NULL, NULL, &error);
  sim_written (device, done ? message : NULL, error, "regard");
}
