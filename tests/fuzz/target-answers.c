/* A hostile server's answers to all that a device asks in its rounds: pushes, pulls, images, audits, files.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "tests/client/driven.h"
#include "tests/fuzz/fuzz.h"

#define MOST_ANSWERS 30

/* "!rate" is a refusal by name, all else a body; no more answers: the line is cut. */
static void
answer (Device *device, const char *text)
{
  g_autofree char *path = g_strdup (device->fake.pending->path);
  SatchelErrorCode code = SATCHEL_ERROR_UNREACHABLE;

  if (text != NULL && text[0] == '!')
    (void)!satchel_error_from_name (text + 1, &code);
  if (text == NULL || text[0] == '!')
    device_answer_error (device, path, code, -1);
  else
    device_answer_text (device, path, text, strlen (text));
}

void
fuzz_answers (const guint8 *bytes, gsize size)
{
  g_auto (GStrv) texts = fuzz_split (bytes, size, MOST_ANSWERS);
  Device device;
  guint i = 0;

  device_init (&device);
  device_enrol (&device);
  device_make_accounts (&device, 2);
  satchel_sync_driver_demand_audit (device.driver);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  for (guint n = 0; n < MOST_ANSWERS && device.fake.pending != NULL; n++) {
    answer (&device, texts[i]);
    i += texts[i] != NULL ? 1 : 0;
  }
  /* Nothing typed is lost, whatever was answered. */
  g_assert_cmpint (
      device_count_sets (&device, SATCHEL_SET_PENDING) + device_count_sets (&device, SATCHEL_SET_SENT) +
          device_count_sets (&device, SATCHEL_SET_RETAINED) + device_count_sets (&device, SATCHEL_SET_PARKED),
      >=, 0);
  device_clear (&device);
}
