/* Which way what may flow: a policy gives a field its direction by its field class, a record by the rights to
 * it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/wire/permits.h"
#include "tests/eds/table-desk.h"

#define CARD                                                                                                 \
  "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:theirs\r\nFN:Ion Rus\r\nN:Rus;Ion;;;\r\nNICKNAME:Nelu\r\n"              \
  "BDAY:1980-02-03\r\nTITLE:Miller\r\nURL:http://rus.example\r\nX-HOBBY:chess\r\nEND:VCARD"

/* What the organisation has decided: birthdays are of a class, nicknames are kept no more. */
#define POLICY                                                                                               \
  "<satchel version='1'><entity name='contact'><field name='birthday' secured='people'/>"                    \
  "<field name='nickname' retired='yes'/></entity></satchel>"

typedef enum { MAY_NOT_WRITE, MAY_WRITE } Writing;

/* She has all rights to contacts, or may only read them; and this right to the class. */
static void
permit (Desk *desk, Writing records, SatchelClassUse use)
{
  g_autoptr (SatchelPermits) permits = satchel_permits_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  for (SatchelPrivilege privilege = 0; privilege < SATCHEL_N_PRIVILEGES; privilege++) {
    if (records == MAY_WRITE || privilege == SATCHEL_PRIVILEGE_READ)
      satchel_permits_set_depth (permits, "contact", privilege, SATCHEL_DEPTH_ORGANISATION);
  }
  if (use != SATCHEL_CLASS_HIDDEN)
    g_hash_table_insert (permits->classes, g_strdup ("people"), GINT_TO_POINTER (use));
  text = satchel_permits_to_text (permits);
  g_assert_true (satchel_replica_set_meta (desk->device.replica, SATCHEL_META_RIGHTS, text, &error));
  g_assert_no_error (error);
}

static guint
take_refused (Desk *desk)
{
  guint counts[SATCHEL_MIRROR_N_NOTICES];
  const char *reason;

  satchel_reconciler_take_notices (desk->reconciler, counts, &reason);
  return counts[SATCHEL_MIRROR_REFUSED];
}

static void
start (Desk *desk, Writing records, SatchelClassUse use)
{
  desk_setup (desk, SATCHEL_MIRROR_CONTACTS);
  desk_close (desk);
  device_follow (&desk->device, 12, POLICY, NULL);
  desk_open (desk);
  device_pull (&desk->device, 20,
               "{'entity':'contact','columns':['id','s','last_name','full_name','job_title','birthday','"
               "owner','status'],'whole':true}",
               "['~c1~',20,'Pop','Pop','Buyer','1970-01-01','user:~me~','active']", NULL);
  permit (desk, records, use);
  desk_run (desk);
  desk_assert_item (desk, device_id ("c1"), "BDAY:1970-01-01");
}

/* Out of the CRM alone: what is written there into a field that she may only read is set back and told, and
 * the rest of the edit goes through. */
static void
test_outwards (void)
{
  Desk desk;

  start (&desk, MAY_WRITE, SATCHEL_CLASS_READABLE);
  desk_edit (&desk, device_id ("c1"), "BDAY:1970-01-01", "BDAY:1971-01-01");
  desk_edit (&desk, device_id ("c1"), "TITLE:Buyer", "TITLE:Seller");
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", "c1", "birthday", "1970-01-01");
  device_assert_shown (&desk.device, "contact", "c1", "job_title", "Seller");
  desk_assert_item (&desk, device_id ("c1"), "BDAY:1970-01-01");
  g_assert_cmpuint (take_refused (&desk), ==, 1);
  desk_assert_rest (&desk);

  device_pull (&desk.device, 30, "{'entity':'contact','columns':['id','s','birthday'],'whole':false}",
               "['~c1~',30,'1972-01-01']", NULL);
  desk_run (&desk);
  desk_assert_item (&desk, device_id ("c1"), "BDAY:1972-01-01");
  desk_teardown (&desk);
}

static void
test_both_ways (void)
{
  Desk desk;

  start (&desk, MAY_WRITE, SATCHEL_CLASS_WRITABLE);
  desk_edit (&desk, device_id ("c1"), "BDAY:1970-01-01", "BDAY:1971-01-01");
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", "c1", "birthday", "1971-01-01");
  g_assert_cmpuint (take_refused (&desk), ==, 0);
  desk_teardown (&desk);
}

/* Of a record that she may not write nothing comes back. */
static void
test_whole_record (void)
{
  Desk desk;

  start (&desk, MAY_NOT_WRITE, SATCHEL_CLASS_WRITABLE);
  desk_edit (&desk, device_id ("c1"), "TITLE:Buyer", "TITLE:Seller");
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", "c1", "job_title", "Buyer");
  desk_assert_item (&desk, device_id ("c1"), "TITLE:Buyer");
  g_assert_cmpuint (take_refused (&desk), ==, 1);
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* What the organisation keeps no more goes nowhere. */
static void
test_retired (void)
{
  Desk desk;

  start (&desk, MAY_WRITE, SATCHEL_CLASS_WRITABLE);
  desk_edit (&desk, device_id ("c1"), "TITLE:Buyer", "TITLE:Seller\r\nNICKNAME:Po");
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", "c1", "job_title", "Seller");
  device_assert_shown (&desk.device, "contact", "c1", "nickname", "");
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

/* A new card is a record, without what may not go there. */
static void
test_new (void)
{
  Desk desk;
  g_autofree char *made = NULL;

  start (&desk, MAY_WRITE, SATCHEL_CLASS_READABLE);
  made = g_strdup_printf ("mirror %s %s contact theirs", device_id ("organisation"), device_id ("me"));
  desk_put (&desk, "theirs", CARD);
  desk_run (&desk);
  device_assert_shown (&desk.device, "contact", made, "job_title", "Miller");
  device_assert_shown (&desk.device, "contact", made, "website", "http://rus.example");
  device_assert_shown (&desk.device, "contact", made, "birthday", "");
  device_assert_shown (&desk.device, "contact", made, "nickname", "");
  desk_assert_item (&desk, "theirs", "X-HOBBY:chess");
  g_assert_cmpuint (take_refused (&desk), ==, 1);
  desk_assert_rest (&desk);
  desk_teardown (&desk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eds/directions/outwards", test_outwards);
  g_test_add_func ("/eds/directions/both-ways", test_both_ways);
  g_test_add_func ("/eds/directions/whole-record", test_whole_record);
  g_test_add_func ("/eds/directions/retired", test_retired);
  g_test_add_func ("/eds/directions/new", test_new);
  return g_test_run ();
}
