/* Links lead where they were made for, and what strangers write leads nowhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "ui/routes/route.h"

#define ID "01932f6a-0000-7000-8000-000000000001"

static void
check_round_trip (SatchelRoute *route, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *written = satchel_route_to_text (route);
  g_autoptr (SatchelRoute) read = satchel_route_from_text (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (written, ==, text);
  g_assert_true (satchel_route_equal (route, read));
  satchel_route_unref (route);
}

static void
test_round_trip (void)
{
  check_round_trip (satchel_route_new_record ("account", ID), "satchel://account/" ID);
  check_round_trip (satchel_route_new_list ("task", NULL, NULL), "satchel://list/task");
  check_round_trip (satchel_route_new_list ("task", "overdue", NULL), "satchel://list/task?view=overdue");
  check_round_trip (satchel_route_new_list ("account", "mine", "city = \"Köln & Bonn\""),
                    "satchel://list/account?view=mine&where=city%20%3D%20%22K%C3%B6ln%20%26%20Bonn%22");
  check_round_trip (satchel_route_new_list ("account", ID, NULL), "satchel://list/account?view=" ID);
  check_round_trip (satchel_route_new_find ("account", ID, "a = 1"),
                    "satchel://find/account?view=" ID "&where=a%20%3D%201");
  check_round_trip (satchel_route_new_draft ("lead"), "satchel://new/lead");
  check_round_trip (satchel_route_new_dashboard (NULL), "satchel://dashboard");
  check_round_trip (satchel_route_new_dashboard ("sales"), "satchel://dashboard?view=sales");
  for (int kind = 0; kind < SATCHEL_ROUTE_N_KINDS; kind++) {
    if (kind == SATCHEL_ROUTE_LIST || kind == SATCHEL_ROUTE_FIND || kind == SATCHEL_ROUTE_RECORD ||
        kind == SATCHEL_ROUTE_NEW)
      continue;
    g_autofree char *text = NULL;
    g_autoptr (SatchelRoute) route = satchel_route_new (kind);

    text = satchel_route_to_text (route);
    check_round_trip (satchel_route_ref (route), text);
  }
}

static void
test_hostile (void)
{
  static const char *const texts[] = {
    "",
    "account/" ID,
    "https://account/" ID,
    "satchel:account",
    "satchel://",
    "satchel://account",
    "satchel://account/",
    "satchel://account/not-an-id",
    "satchel://Account/" ID,
    "satchel://acc%00ount/" ID,
    "satchel://list",
    "satchel://find",
    "satchel://find/task?view=0193",
    "satchel://list/",
    "satchel://list/task;drop",
    "satchel://list/task?view=a%20b",
    "satchel://list/task?view=%ff",
    "satchel://new",
    "satchel://outbox/x",
    "satchel://dashboard?where=a",
    "satchel://dashboard?view=A%20b",
    "satchel://nowhere",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_route_from_text (texts[i], &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/route/round-trip", test_round_trip);
  g_test_add_func ("/ui/route/hostile", test_hostile);
  return g_test_run ();
}
