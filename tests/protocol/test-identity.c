/* The messages of a new identity: there and back, and nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/identity.h"

#include <string.h>

#include "protocol/error.h"

#define ID "01900000-0000-7000-8000-000000000001"

static void
test_device (void)
{
  static const char *const bad[] = { "",
                                     "[]",
                                     "{}",
                                     "{\"device\":\"x\",\"token\":\"t\",\"next_number\":1}",
                                     "{\"device\":\"" ID "\",\"next_number\":1}",
                                     "{\"device\":\"" ID "\",\"token\":\"t\",\"next_number\":0}",
                                     "{\"device\":\"" ID "\",\"token\":\"t\",\"next_number\":\"1\"}" };
  SatchelDeviceAnswer message = { (char *)ID, (char *)"secret", 7 };
  g_autofree char *text = satchel_device_answer_to_text (&message);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelDeviceAnswer) back = satchel_device_answer_from_text (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (back->device, ==, ID);
  g_assert_cmpstr (back->token, ==, "secret");
  g_assert_cmpint (back->next_number, ==, 7);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_null (satchel_device_answer_from_text (bad[i], strlen (bad[i]), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    g_clear_error (&error);
  }
}

static void
test_known (void)
{
  static const char *const bad[] = { "{}", "{\"sets\":{}}", "{\"sets\":[1]}", "{\"sets\":[\"x\"]}",
                                     "{\"sets\":[],\"more\":1}" };
  g_autoptr (GPtrArray) uuids = g_ptr_array_new ();
  g_autoptr (GPtrArray) back = NULL, answer = NULL;
  g_autofree char *request_text = NULL, *answer_text = NULL, *large = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (uuids, (gpointer)ID);
  request_text = satchel_known_to_text (uuids);
  g_assert_cmpstr (request_text, ==, "{\"sets\":[\"" ID "\"]}");
  back = satchel_known_from_text (request_text, strlen (request_text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, 1);
  answer_text = satchel_known_answer_to_text (uuids);
  answer = satchel_known_answer_from_text (answer_text, strlen (answer_text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer->pdata[0], ==, ID);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_null (satchel_known_from_text (bad[i], strlen (bad[i]), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    g_clear_error (&error);
  }
  for (guint i = 0; i < SATCHEL_MAX_KNOWN_SETS; i++)
    g_ptr_array_add (uuids, (gpointer)ID);
  large = satchel_known_to_text (uuids);
  g_assert_null (satchel_known_from_text (large, strlen (large), &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/identity/device", test_device);
  g_test_add_func ("/protocol/identity/known", test_known);
  return g_test_run ();
}
