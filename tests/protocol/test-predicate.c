/* One table of predicates and the records for which each holds, asked of memory, SQLite and PostgreSQL; every
 * predicate goes through both notations. A second table of texts that are wrong and what is said about them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/limits.h"
#include "tests/protocol/predicate-world.h"

static World *world;

/* Wednesday, half past twelve in Bucharest, whose days begin at 22:00 UTC until the clocks change on the
 * 29th. */
#define NOW_MS (G_GINT64_CONSTANT (1773829800000)) /* 2026-03-18T10:30:00Z */

static const struct {
  const char *entity;
  const char *name;
  const char *fields;
} records[] = {
  { "user", "u1", "name=Ana" },
  { "user", "u2", "name=Ben" },
  { "business_unit", "b1", "name=Cluj" },
  { "team", "t1", "name=Parts" },
  { "team", "t2", "name=Machines" },
  { "account", "a1",
    "name=Acme|city=Cluj|remarks=Pays late.\nAsk for "
    "O'Brien|employees=120|share=12.5|revenue=12000.50|active=yes|"
    "founded=1999-05-20|seen=2026-03-18T09:00:00Z|effort=90m|rating=hot|lines=parts, machines|tags=vip, 中国|"
    "owner=user:$u1" },
  { "account", "a2",
    "name=Über GmbH|city=CLUJ-Napoca|employees=0|share=0.001|revenue=10000|active=no|founded=2026-03-18|"
    "seen=2026-03-17T22:30:00Z|effort=0|rating=cold|lines=rental|parent=$a1|owner=team:$t1" },
  { "account", "a3",
    "name=上海机械有限公司|city=上海|revenue=-5.25|founded=2026-04-01|seen=2026-03-18T22:00:00Z|rating=warm|"
    "tags=ключ|parent=$a2|owner=user:$u2" },
  { "account", "a4",
    "name=100%_sure\\|city=cluj|employees=9223372036854775807|active=yes|founded=2025-12-31|"
    "seen=2026-03-22T21:59:59.999Z|tags=v, ip|owner=team:$t2" },
  { "account", "a5", "name=Zeta" },
  { "contact", "c1", "name=Ion|account=$a1|former=$a2|owner=$u1" },
  { "contact", "c2", "name=STRASSE Straße|account=$a3|owner=$u2" },
  { "contact", "c3", "name=Loner" },
  { "contact", "c4", "name=Lost|account=$nowhere" },
  { "task", "k1",
    "subject=Call|due=2026-03-17|status=open|regarding=account:$a1|attendees=[{\"role\":\"required\","
    "\"entity\":"
    "\"contact\",\"id\":\"$c1\"},{\"role\":\"optional\",\"address\":\"Ion@Example.com\"}]" },
  { "task", "k2", "subject=Write|due=2026-03-25|status=open|regarding=contact:$c1" },
  { "task", "k3",
    "subject=Visit|due=2026-02-28|status=done|regarding=account:$a2|attendees=[{\"role\":\"organizer\","
    "\"entity\":"
    "\"user\",\"id\":\"$u1\"}]" },
  { "task", "k4", "subject=Think" },
};

/* clang-format off */
static const struct {
  const char *entity;
  const char *text;
  const char *expected;
} cases[] = {
  /* everything, groups, precedence */
  { "account", "", "a1 a2 a3 a4 a5" },
  { "account", "  ", "a1 a2 a3 a4 a5" },
  { "account", "owner = me and (city = \"Cluj\" or revenue > 10000)", "a1" },
  { "account", "city = \"Cluj\" or city = \"cluj\" and employees = 0", "a1" },
  { "account", "(city = \"Cluj\" or city = \"cluj\") and employees = 120", "a1" },
  { "account", "NOT city = \"Cluj\" AND NOT Not employees = 0", "a2" },
  { "account", "not (city = \"Cluj\" or city is empty)", "a2 a3 a4" },
  { "account", "((((city = \"Cluj\"))))", "a1" },

  /* strings */
  { "account", "city = 'Cluj'", "a1" },
  { "account", "city != \"Cluj\"", "a2 a3 a4 a5" },
  { "account", "not city != \"Cluj\"", "a1" },
  { "account", "city in (\"Cluj\", \"上海\")", "a1 a3" },
  { "account", "city not in (\"Cluj\", \"上海\")", "a2 a4 a5" },
  { "account", "city is empty", "a5" },
  { "account", "city is not empty", "a1 a2 a3 a4" },
  { "account", "city contains \"LUJ\"", "a1 a2 a4" },
  { "account", "city starts with \"cluj-\"", "a2" },
  { "account", "city ends with \"UJ\"", "a1 a4" },
  { "account", "name contains \"机械\"", "a3" },
  { "account", "name starts with \"上海\"", "a3" },
  { "account", "name ends with \"公司\"", "a3" },
  { "account", "name starts with \"ÜBER\"", "a2" },
  { "account", "name contains \"über g\"", "a2" },
  { "account", "name contains \"%\"", "a4" },
  { "account", "name contains \"_\"", "a4" },
  { "account", "name contains \"A%e\"", "" },
  { "account", "name ends with \"\\\\\"", "a4" },
  { "account", "name ends with \"a much longer text than any of the names there are\"", "" },
  { "account", "remarks contains \"o'brien\"", "a1" },
  { "account", "remarks contains 'O\\'Brien'", "a1" },
  { "account", "remarks contains \"late.\\nask\"", "a1" },
  { "account", "city = \"x'; DROP TABLE e_account; --\"", "" },
  { "account", "city < \"cluj\"", "a1 a2" },
  { "account", "city <= \"cluj\"", "a1 a2 a4" },
  { "account", "city > \"cluj\"", "a3" },
  { "account", "city >= \"cluj\"", "a3 a4" },
  { "account", "city between \"CLUJ\" and \"Cluj\"", "a1 a2" },
  { "contact", "name contains \"straße\"", "c2" },
  { "contact", "name contains \"strasse\"", "c2" },

  /* numbers */
  { "account", "employees = 0", "a2" },
  { "account", "employees != 0", "a1 a3 a4 a5" },
  { "account", "employees > -1", "a1 a2 a4" },
  { "account", "employees = 9223372036854775807", "a4" },
  { "account", "employees in (0, 120, 7)", "a1 a2" },
  { "account", "employees not in (0, 120)", "a3 a4 a5" },
  { "account", "employees between 1 and 120", "a1" },
  { "account", "employees between 120 and 1", "" },
  { "account", "share >= 12.5", "a1" },
  { "account", "share = 12.500", "a1" },
  { "account", "share < 0.002", "a2" },
  { "account", "revenue > 10000", "a1" },
  { "account", "revenue >= 10000.00", "a1 a2" },
  { "account", "revenue <= -5.25", "a3" },
  { "account", "revenue<0", "a3" },
  { "account", "effort = 1h30m", "a1" },
  { "account", "effort < 5400", "a2" },
  { "account", "effort is empty", "a3 a4 a5" },

  /* booleans, choices */
  { "account", "active", "a1 a4" },
  { "account", "not active", "a2 a3 a5" },
  { "account", "active = no", "a2" },
  { "account", "active != yes", "a2 a3 a5" },
  { "account", "active and city = \"Cluj\"", "a1" },
  { "account", "(active)", "a1 a4" },
  { "account", "rating = hot", "a1" },
  { "account", "rating = \"Luke Warm\"", "a3" },
  { "account", "rating != hot", "a2 a3 a4 a5" },
  { "account", "rating in (hot, cold)", "a1 a2" },
  { "account", "rating not in (hot, cold)", "a3 a4 a5" },

  /* sets of keys */
  { "account", "lines has parts", "a1" },
  { "account", "lines has \"Machines\"", "a1" },
  { "account", "lines has any (parts, rental)", "a1 a2" },
  { "account", "lines has all (parts, machines)", "a1" },
  { "account", "lines has all (parts, rental)", "" },
  { "account", "not lines has parts", "a2 a3 a4 a5" },
  { "account", "tags has \"中国\"", "a1" },
  { "account", "tags has vip", "a1" },
  { "account", "tags has any", "" },
  { "account", "tags has any (v, \"ключ\")", "a3 a4" },
  { "account", "tags is empty", "a2 a5" },

  /* lookups */
  { "account", "owner = me", "a1" },
  { "account", "owner = ME", "a1" },
  { "account", "owner != me", "a2 a3 a4 a5" },
  { "account", "owner = my teams", "a2" },
  { "account", "owner in (me, my teams)", "a1 a2" },
  { "account", "owner not in (me, my teams)", "a3 a4 a5" },
  { "account", "owner = user:$u2", "a3" },
  { "account", "owner = team:$t2", "a4" },
  { "account", "owner = user:$t2", "" },
  /* a bare id: of whichever target has it */
  { "account", "owner = $u1", "a1" },
  { "account", "owner != $u1", "a2 a3 a4 a5" },
  { "account", "owner in ($t1, me)", "a1 a2" },
  { "account", "unit = my unit", "" },
  { "account", "parent = $a1", "a2" },
  { "account", "parent = account:$a1", "a2" },
  { "account", "parent = \"$a1\"", "a2" },
  { "account", "parent is empty", "a1 a4 a5" },

  /* along lookups */
  { "contact", "account.city = \"Cluj\"", "c1" },
  { "contact", "account.city != \"Cluj\"", "c2" },
  { "contact", "not account.city = \"Cluj\"", "c2 c3 c4" },
  { "contact", "account.city is not empty", "c1 c2" },
  { "contact", "account.employees is empty", "c2" },
  { "contact", "account.parent.parent.city = \"Cluj\"", "c2" },
  { "contact", "account.parent.owner = my teams", "c2" },
  { "contact", "account.owner(user).name = \"Ana\"", "c1" },
  { "contact", "account.active", "c1" },
  { "contact", "account is not empty", "c1 c2 c4" },
  { "task", "regarding(account).city = \"Cluj\"", "k1" },
  { "task", "regarding(contact).account.city = \"Cluj\"", "k2" },
  { "task", "regarding(account).city is not empty or regarding(contact).owner = me", "k1 k2 k3" },
  { "task", "regarding(account).parent = $a1", "k3" },
  { "account", "parent.parent.name = \"Acme\" and parent.owner = my teams", "a3" },

  /* back through lookups */
  { "account", "exists contact.account", "a1 a3" },
  { "account", "exists contact.former (owner = me)", "a2" },
  { "account", "not exists contact.account (owner = me)", "a2 a3 a4 a5" },
  { "account", "exists task (status = open and due < today)", "a1" },
  { "account", "exists task", "a1 a2" },
  { "account", "exists account (exists account (city = \"上海\"))", "a1" },
  { "account", "exists contact.account (exists task (status = open) and account.city = \"Cluj\" and owner = me)", "a1" },
  { "contact", "exists task (due in next week)", "c1" },
  { "user", "exists account.owner (city = \"Cluj\" and exists contact.account (owner = me))", "u1" },
  { "user", "exists contact.owner", "u1 u2" },

  /* parties, files */
  { "task", "attendees has contact:$c1", "k1" },
  { "task", "attendees has me", "k3" },
  { "task", "attendees has \"ion@example.COM\"", "k1" },
  { "task", "attendees has any (me, contact:$c1)", "k1 k3" },
  { "task", "attendees has all (contact:$c1, \"Ion@example.com\")", "k1" },
  { "task", "attendees has all (contact:$c1, me)", "" },
  { "task", "attendees has contact:$u1", "" },
  { "task", "not attendees has me", "k1 k2 k4" },
  { "task", "attendees is empty", "k2 k4" },
  { "task", "paper is empty", "k1 k2 k3 k4" },

  /* days */
  { "task", "due = 2026-03-17", "k1" },
  { "task", "due != 2026-03-17", "k2 k3 k4" },
  { "task", "due = yesterday", "k1" },
  { "task", "due = \"yesterday\"", "k1" },
  { "task", "due < today", "k1 k3" },
  { "task", "due <= today + 7 days", "k1 k2 k3" },
  { "task", "due > today+1week", "" },
  { "task", "due >= today + 1 week", "k2" },
  { "task", "due in (yesterday, 2026-03-25)", "k1 k2" },
  { "task", "due not in (yesterday, 2026-03-25)", "k3 k4" },
  { "task", "due between start of month - 1 month and end of month - 1 month", "k3" },
  { "task", "due between yesterday and today", "k1" },
  { "task", "due = 2026-03-31 - 1 month", "k3" },
  { "task", "due in this week", "k1" },
  { "task", "due in next week", "k2" },
  { "task", "due in last month", "k3" },
  { "task", "due in this month", "k1 k2" },
  { "task", "due in this quarter", "k1 k2 k3" },
  { "task", "due in past", "k1 k3" },
  { "task", "due in future", "k2" },
  { "task", "due in today", "" },
  { "task", "due in yesterday", "k1" },
  { "task", "due in tomorrow", "" },
  { "account", "founded in today", "a2" },
  { "account", "founded in last quarter", "a4" },
  { "account", "founded in last half-year", "a4" },
  { "account", "founded in this half-year", "a2 a3" },
  { "account", "founded in next quarter", "a3" },
  { "account", "founded in last year", "a4" },
  { "account", "founded in this year", "a2 a3" },
  { "account", "founded >= 0001-01-01 - 99999 years", "a1 a2 a3 a4" },
  { "account", "founded <= 9999-12-31 + 99999 years", "a1 a2 a3 a4" },
  { "account", "founded > 9999-12-31", "" },

  /* instants: a day is a day in Bucharest */
  { "account", "seen in today", "a1 a2" },
  { "account", "seen = today", "a1 a2" },
  { "account", "seen = 2026-03-18", "a1 a2" },
  { "account", "seen != today", "a3 a4 a5" },
  { "account", "seen < today", "" },
  { "account", "seen <= today", "a1 a2" },
  { "account", "seen > today", "a3 a4" },
  { "account", "seen >= tomorrow", "a3 a4" },
  { "account", "seen in tomorrow", "a3" },
  { "account", "seen in this week", "a1 a2 a3 a4" },
  { "account", "seen in next week", "" },
  { "account", "seen in past", "a1 a2" },
  { "account", "seen in future", "a3 a4" },
  { "account", "seen < now", "a1 a2" },
  { "account", "seen >= now - 90 minutes", "a1 a3 a4" },
  { "account", "seen > now - 1 hour - 30 minutes", "a3 a4" },
  { "account", "seen = 2026-03-18T11:00:00+02:00", "a1" },
  { "account", "seen between 2026-03-17T22:30:00Z and \"2026-03-18T09:00:00Z\"", "a1 a2" },
  { "account", "seen between yesterday and today", "a1 a2" },
  { "account", "seen in (today, tomorrow)", "a1 a2 a3" },
  { "account", "seen >= 0001-01-01 and seen <= 9999-12-31", "a1 a2 a3 a4" },
  { "account", "seen <= now + 1 week", "a1 a2 a3 a4" },

  /* a bare id of whichever target has it */
  { "account", "owner = $u1", "a1" },
  { "account", "owner != $u1", "a2 a3 a4 a5" },
  { "account", "owner in ($t1, user:$u2)", "a2 a3" },

  /* a whole condition along a lookup */
  { "contact", "account.(city = \"Cluj\" and employees > 100)", "c1" },
  { "contact", "account.(city = \"Cluj\" or employees is empty)", "c1 c2" },
  { "contact", "not account.(city = \"Cluj\" or employees is empty)", "c3 c4" },
  { "contact", "account.()", "c1 c2" },
  { "contact", "account.(not active)", "c2" },
  { "contact", "account.(exists task (status = open))", "c1" },
  { "contact", "account.parent.(name = \"Acme\" or parent.())", "c2" },
  { "task", "regarding(account).(active and exists contact.account (owner = me))", "k1" },
  { "task", "regarding(contact).account.(active or city is empty)", "k2" },
  { "account", "exists task (regarding(account).(owner in (me, my teams)))", "a1 a2" },
};

static const struct {
  const char *entity;
  const char *text;
  const char *message;
} mistakes[] = {
  { "account", "ctiy = \"Cluj\"", "column 1: no field “ctiy” in account; did you mean “city”?" },
  { "account", "city = \"Cluj\" and 上海 = 1", "column 19: expected a field of account, “not”, “exists” or “(”, found “上”" },
  { "account", "city", "column 5: expected an operator (=, !=, in, is empty…) after city, found the end" },
  { "account", "city ~ \"x\"", "column 6: expected an operator (=, !=, in, is empty…) after city, found “~”" },
  { "account", "city = Cluj", "column 8: city is text: put the value into quotes, \"Cluj\"" },
  { "account", "city = ", "column 8: expected a value for city, found the end" },
  { "account", "city = \"\"", "column 8: an empty value: write “city is empty”" },
  { "account", "city contains \"\"", "column 15: an empty value: write “city is empty”" },
  { "account", "city = \"Cluj", "column 8: the string that begins here has no closing quote" },
  { "account", "city = \"a\\q\"", "column 10: after “\\” comes one of \\ \" ' n t" },
  { "account", "(city = \"Cluj\"", "column 15: expected “)” or “and” or “or”, found the end" },
  { "account", "city = \"Cluj\")", "column 14: expected “and”, “or” or the end, found “)”" },
  { "account", "city = \"Cluj\" city = \"x\"", "column 15: expected “and”, “or” or the end, found “city”" },
  { "account", "and", "column 1: no field “and” in account" },
  { "account", "not", "column 4: expected a field of account, “not”, “exists” or “(”, found the end" },
  { "account", "()", "column 2: expected a field of account, “not”, “exists” or “(”, found “)”" },
  { "account", "revenue contains \"1\"",
    "column 9: “contains” does not apply to revenue (money), which takes: !=, <=, >=, =, <, >, between, not in, in, "
    "is not empty, is empty" },
  { "account", "rating > hot", "column 8: “>” does not apply to rating (choice), which takes: !=, =, not in, in, is not empty, is empty" },
  { "account", "lines = parts",
    "column 7: “=” does not apply to lines (multichoice), which takes: has any, has all, has, is not empty, is empty" },
  { "task", "paper = \"x\"", "column 7: “=” does not apply to paper (file), which takes: is not empty, is empty" },
  { "account", "rating = boiling", "column 10: *Rating*" },
  { "account", "rating in (hot, boiling)", "column 17: *Rating*" },
  { "account", "lines has engines", "column 11: *Lines*" },
  { "account", "employees = many", "column 13: *Employees*whole number*" },
  { "account", "employees = 1.5", "column 13: *Employees*whole number*" },
  { "account", "revenue > 1.005", "column 11: *" },
  { "account", "active = perhaps", "column 10: *Active*" },
  { "account", "employees in ()", "column 15: expected a value for employees, found “)”" },
  { "account", "employees in (1, 2", "column 19: expected “)” or “,” in the list, found the end" },
  { "account", "employees not in 1", "column 18: expected “(” after “not in”, found “1”" },
  { "account", "employees in 1", "column 11: “in” does not apply to employees*" },
  { "account", "employees between 1", "column 20: expected “and” and the upper bound, found the end" },
  { "account", "owner = \"Ana\"", "column 9: “Ana” is no id; owner takes the id of a record (user or team)" },
  { "account", "owner = account:$a1", "column 9: owner cannot name a record of “account”, only user or team" },
  { "account", "parent = me", "column 10: “me” is a user, but parent names account" },
  { "account", "owner = my unit", "column 9: “my unit” is a business_unit, but owner names user or team" },
  { "account", "owner.name = \"Ana\"", "column 6: owner may name several kinds of records (user or team): write owner(user).field" },
  { "account", "owner(contact).name = \"Ana\"", "column 7: owner names user or team" },
  { "account", "owner(user) = me", "column 12: expected “.” and a field of user" },
  { "account", "city.name = \"x\"", "column 5: city is no lookup (but string): nothing can follow it with “.”" },
  { "account", "parent.ctiy = \"x\"", "column 8: no field “ctiy” in account; did you mean “city”?" },
  { "account", "parent. = 1", "column 9: expected a field of account, found “=”" },
  { "account", "parent.(city)", "column 13: expected an operator (=, !=, in, is empty…) after city, found “)”" },
  { "account", "parent.(ctiy = \"x\")", "column 9: no field “ctiy” in account; did you mean “city”?" },
  { "account", "parent.(active", "column 15: expected “)” or “and” or “or”, found the end" },
  { "account", "owner.(name = \"Ana\")", "column 6: owner may name several kinds of records (user or team): write owner(user).field" },
  { "account", "parent(account)", "column 16: expected “.” and a field of account" },
  { "account", "city.()", "column 5: city is no lookup (but string): nothing can follow it with “.”" },
  { "account", "exists", "column 7: expected an entity after “exists”, found the end" },
  { "account", "exists tsk", "column 8: no entity “tsk”; did you mean “task”?" },
  { "account", "exists contact (owner = me)", "column 8: several lookups of contact name account: write contact.account or contact.former" },
  { "account", "exists contact.owner", "column 16: contact.owner names no account: write contact.account or contact.former" },
  { "account", "exists contact.name", "column 16: contact.name names no account: write contact.account or contact.former" },
  { "task", "exists contact", "column 8: no lookup of contact names task" },
  { "account", "exists task (city = \"x\")", "column 14: no field “city” in task" },
  { "task", "due = 2026-02-30", "column 7: “2026-02-30” is no day: write it like 2026-01-31" },
  { "task", "due = soon",
    "column 7: expected a date like 2026-01-31, today, yesterday, tomorrow, start of month or end of month, found “soon”" },
  { "task", "due = now", "column 7: the field holds days, not times: write today" },
  { "task", "due = 2026-01-01T00:00:00Z", "column 7: the field holds days, not times: write 2026-01-31 or today" },
  { "task", "due = today + 3", "column 16: expected day, week, month, quarter, half-year or year, found the end" },
  { "task", "due = today + 3 hours", "column 17: expected day, week, month, quarter, half-year or year, found “hours”" },
  { "task", "due = today + 100000 days", "column 15: expected a whole number up to 99999" },
  { "task", "due = today + 1 day + 1 day + 1 day + 1 day + 1 day", "column 47: at most 4 “+ number unit” may follow a date" },
  { "task", "due in this fortnight", "column 13: expected week, month, quarter, half-year or year, found “fortnight”" },
  { "task", "due in 2026", "column 8: expected past, future, today*found “2026”" },
  { "account", "seen = 2026-01-01T99:00:00Z", "column 8: “2026-01-01T99:00:00Z” is no instant: write it like 2026-01-31T14:30:00Z" },
};
/* clang-format on */

static SatchelPredicateContext
make_context (void)
{
  static const char *teams[2];
  static char *user, *unit;
  static GTimeZone *zone;

  if (user == NULL) {
    user = satchel_id_for_name ("u1");
    unit = satchel_id_for_name ("b1");
    teams[0] = satchel_id_for_name ("t1");
    zone = g_time_zone_new_identifier ("Europe/Bucharest");
  }
  return (
      SatchelPredicateContext){ .user = user, .unit = unit, .teams = teams, .now_ms = NOW_MS, .zone = zone };
}

static SatchelPredicate *
parse (const char *entity_name, const char *text, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (world_registry (world), entity_name);
  g_autofree char *expanded = world_expand (world, text);
  return satchel_predicate_parse (world_registry (world), entity, expanded, error);
}

static void
assert_selects (Engine engine, SatchelPredicate *predicate, const char *text, const char *expected)
{
  SatchelPredicateContext context = make_context ();
  g_autofree char *names = world_select (world, engine, predicate, &context);
  if (!g_str_equal (names, expected))
    g_error ("%s: %s: expected “%s”, got “%s”", engine_name (engine), text, expected, names);
}

static void
test_engine (gconstpointer data)
{
  Engine engine = GPOINTER_TO_UINT (data);

  if (!world_has (world, engine)) {
    g_test_skip ("PostgreSQL is not installed");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPredicate) predicate = parse (cases[i].entity, cases[i].text, &error);
    if (predicate == NULL)
      g_error ("%s: %s", cases[i].text, error->message);
    assert_selects (engine, predicate, cases[i].text, cases[i].expected);
  }
}

/* Text and JSON give the same tree back, which is shown by their giving the same text. */
static void
test_notations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPredicate) predicate = parse (cases[i].entity, cases[i].text, &error);
    g_assert_no_error (error);
    g_autofree char *text = satchel_predicate_to_text (predicate);
    g_autoptr (JsonNode) json = satchel_predicate_to_json (predicate);

    g_autoptr (SatchelPredicate) from_text = parse (cases[i].entity, text, &error);
    if (from_text == NULL)
      g_error ("%s → %s: %s", cases[i].text, text, error->message);
    g_autofree char *text_again = satchel_predicate_to_text (from_text);
    g_assert_cmpstr (text_again, ==, text);

    g_autoptr (SatchelPredicate) from_json = satchel_predicate_from_json (
        world_registry (world), satchel_predicate_get_entity (predicate), json, &error);
    if (from_json == NULL)
      g_error ("%s → %s: %s", cases[i].text, json_to_string (json, FALSE), error->message);
    g_autofree char *text_from_json = satchel_predicate_to_text (from_json);
    g_assert_cmpstr (text_from_json, ==, text);
    g_autoptr (JsonNode) json_again = satchel_predicate_to_json (from_json);
    g_assert_true (json_node_equal (json, json_again));
    assert_selects (ENGINE_MEMORY, from_json, text, cases[i].expected);
  }
}

static void
test_canonical_text (void)
{
  static const char *const pairs[][2] = {
    { "ACTIVE", NULL },
    { "active", "active = yes" },
    { "((city = 'a') AND (city = \"b\" OR (not (rating = hot))))",
      "city = \"a\" and (city = \"b\" or not rating = hot)" },
    { "not(city is  EMPTY and active)", "not (city is empty and active = yes)" },
    { "(active and active) and active", "active = yes and active = yes and active = yes" },
    { "rating = \"Luke Warm\"", "rating = warm" },
    { "revenue > 10.50", "revenue > 10.5" },
    { "seen = 2026-03-18T11:00:00+02:00", "seen = 2026-03-18T09:00:00Z" },
    { "founded = TODAY+1weeks-2 DAY", "founded = today + 1 week - 2 days" },
    { "exists task", "exists task.regarding" },
    { "parent.(city = 'a')", "parent.city = \"a\"" },
    { "parent. ( parent.(active and active) )", "parent.parent.(active = yes and active = yes)" },
    { "parent.()", "parent.()" },
    { "city = 'say \"\\\\\"\\n'", "city = \"say \\\"\\\\\\\"\\n\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPredicate) predicate = parse ("account", pairs[i][0], &error);
    g_autofree char *text = predicate == NULL ? NULL : satchel_predicate_to_text (predicate);
    g_assert_cmpstr (text, ==, pairs[i][1]);
  }
}

static void
test_mistakes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPredicate) predicate = parse (mistakes[i].entity, mistakes[i].text, &error);
    g_autofree char *message = world_expand (world, mistakes[i].message);
    if (predicate != NULL)
      g_error ("%s: was accepted", mistakes[i].text);
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    if (!g_pattern_match_simple (message, error->message))
      g_error ("%s:\n  expected %s\n  got      %s", mistakes[i].text, message, error->message);
  }
}

static void
test_json_mistakes (void)
{
  static const char *const texts[] = {
    "[]",
    "null",
    "\"city is empty\"",
    "{}",
    "{\"and\":{}}",
    "{\"or\":[]}",
    "{\"not\":{\"and\":[]}}",
    "{\"and\":[{\"and\":[]}]}",
    "{\"and\":[],\"or\":[]}",
    "{\"field\":\"city\"}",
    "{\"field\":\"city\",\"op\":\"=\"}",
    "{\"field\":\"city\",\"op\":\"=\",\"value\":null}",
    "{\"field\":\"city\",\"op\":\"=\",\"value\":\"\"}",
    "{\"field\":\"city\",\"op\":\"=\",\"value\":1}",
    "{\"field\":\"city\",\"op\":\"=\",\"value\":\"x\",\"values\":[]}",
    "{\"field\":\"city\",\"op\":\"like\",\"value\":\"x\"}",
    "{\"field\":\"city\",\"op\":\"in\",\"values\":[]}",
    "{\"field\":\"city\",\"op\":\"in\",\"period\":\"today\"}",
    "{\"field\":\"city\",\"op\":\"between\",\"values\":[\"a\"]}",
    "{\"field\":\"city = 1 or city\",\"op\":\"is empty\"}",
    "{\"field\":\"founded\",\"op\":\"=\",\"value\":\"today or\"}",
    "{\"field\":\"founded\",\"op\":\"in\",\"period\":\"this week or\"}",
    "{\"field\":7,\"op\":\"is empty\"}",
    "{\"field\":\"city\",\"op\":\"is empty\",\"more\":1}",
    "{\"exists\":\"task\"}",
    "{\"exists\":\"contact\",\"where\":{\"and\":[]}}",
    "{\"exists\":\"task.regarding x\",\"where\":{\"and\":[]}}",
    "{\"along\":\"parent\"}",
    "{\"along\":\"parent.\",\"where\":{\"and\":[]}}",
    "{\"along\":\"owner\",\"where\":{\"and\":[]}}",
    "{\"along\":\"city\",\"where\":{\"and\":[]}}",
    "{\"along\":\"parent.(parent\",\"where\":{\"and\":[]}}",
    "{\"along\":\"parent x\",\"where\":{\"and\":[]}}",
    "{\"along\":\"parent\",\"where\":{\"or\":[]}}",
    "{\"field\":\"parent.(\",\"op\":\"is empty\"}",
  };
  const SatchelEntity *account = satchel_registry_find (world_registry (world), "account");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = json_from_string (texts[i], &error);
    g_assert_no_error (error);
    g_autoptr (SatchelPredicate) predicate =
        satchel_predicate_from_json (world_registry (world), account, node, &error);
    if (predicate != NULL)
      g_error ("%s: was accepted", texts[i]);
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

static char *
repeat (const char *start, const char *part, guint n, const char *end)
{
  GString *text = g_string_new (start);
  for (guint i = 0; i < n; i++)
    g_string_append (text, part);
  g_string_append (text, end);
  return g_string_free (text, FALSE);
}

static void
test_limits (void)
{
  const struct {
    char *text;
    gboolean allowed;
  } texts[] = {
    { repeat ("active", " and active", 150, ""), TRUE },
    { repeat ("active", " and active", SATCHEL_MAX_PREDICATE_NODES, ""), FALSE },
    { repeat ("active", " and active", 100000, ""), FALSE },
    { repeat ("employees in (1", ", 2", 300, ")"), TRUE },
    { repeat ("employees in (1", ", 2", 100000, ")"), FALSE },
    { repeat ("", "not ", 15, "active"), TRUE },
    { repeat ("", "not ", 16, "active"), FALSE },
    { repeat ("", "not ", 100000, "active"), FALSE },
    { repeat ("", "(", 20, "active))))))))))))))))))))"), TRUE },
    { repeat ("", "(", 100000, "active"), FALSE },
    { repeat ("", "exists account (", 100000, "active"), FALSE },
    { repeat ("", "parent.", 15, "active"), TRUE },
    { repeat ("", "parent.", 16, "active"), FALSE },
    { repeat ("", "parent.(", 100000, "active"), FALSE },
    { repeat ("", "parent.", 100000, "active"), FALSE },
    { repeat ("founded = today", " + 1 day", 100000, ""), FALSE },
    { repeat ("city = \"", "\\\"", 100000, "\""), TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPredicate) predicate = parse ("account", texts[i].text, &error);
    if ((predicate != NULL) != texts[i].allowed)
      g_error ("text %u: %s", i, error != NULL ? error->message : "was accepted");
    g_free (texts[i].text);
  }
}

static void
test_bad_utf8 (void)
{
  g_autoptr (GError) error = NULL;
  const SatchelEntity *account = satchel_registry_find (world_registry (world), "account");
  g_assert_null (satchel_predicate_parse (world_registry (world), account, "city = \"\xff\"", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

static void
test_depends_on_time (void)
{
  static const struct {
    const char *text;
    gboolean depends;
  } texts[] = {
    { "", FALSE },
    { "city = \"today\"", FALSE },
    { "founded = 2026-01-01 + 1 week", FALSE },
    { "founded = today", TRUE },
    { "not (active or exists task (due in past))", TRUE },
    { "parent.parent.seen > now", TRUE },
    { "seen > 2026-01-01T00:00:00Z", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (SatchelPredicate) predicate = parse ("account", texts[i].text, NULL);
    g_assert_cmpint (satchel_predicate_depends_on_time (predicate), ==, texts[i].depends);
  }
}

/* When and where it is asked, and which day begins the week. */
static void
test_when_and_where (void)
{
  static const struct {
    const char *now, *zone;
    int first_weekday;
    const char *text, *expected;
  } asked[] = {
    { "2026-03-18T10:30:00Z", "UTC", 0, "seen in today", "a1 a3" },
    { "2026-03-18T10:30:00Z", "Asia/Shanghai", 0, "seen in today", "a1 a2" },
    { "2026-03-18T21:59:59Z", "Europe/Bucharest", 0, "seen in today", "a1 a2" },
    { "2026-03-18T22:00:00Z", "Europe/Bucharest", 0, "seen in today", "a3" },
    { "2026-03-18T10:30:00Z", "Europe/Bucharest", 1, "seen in this week", "a1 a2 a3 a4" },
    { "2026-03-18T10:30:00Z", "Europe/Bucharest", 7, "seen in this week", "a1 a2 a3" },
    { "2026-03-18T10:30:00Z", "Europe/Bucharest", 7, "seen in next week", "a4" },
    { "2026-03-18T10:30:00Z", "Europe/Bucharest", 4, "seen in this week", "a1 a2" },
    { "2026-03-18T10:30:00Z", "Europe/Bucharest", 3, "seen in this week", "a1 a2 a3 a4" },
    { "2026-03-18T10:30:00Z", "Europe/Bucharest", 3, "seen in last week", "" },
    /* the local time of day stays over the change of the clocks on the 29th, the number of hours does not */
    { "2026-03-29T08:00:00Z", "Europe/Bucharest", 0, "seen = now - 11 days", "a1" },
    { "2026-03-29T08:00:00Z", "Europe/Bucharest", 0, "seen = now - 263 hours", "a1" },
    { "2026-03-29T08:00:00Z", "UTC", 0, "seen = now - 11 days", "" },
    /* leap years, ends of years */
    { "2028-02-29T12:00:00Z", "UTC", 0, "founded = today - 2 years + 32 days", "a3" },
    { "2026-12-31T23:30:00Z", "UTC", 0, "founded in this year", "a2 a3" },
    { "2026-12-31T23:30:00Z", "Europe/Bucharest", 0, "founded in last year", "a2 a3" },
    { "2026-01-01T00:00:00Z", "America/St_Johns", 0, "founded = today", "a4" },
    { "2026-08-31T00:00:00Z", "UTC", 0, "founded in last half-year", "a2 a3" },
    { "2026-06-30T00:00:00Z", "UTC", 0, "founded in this quarter", "a3" },
    { "0001-01-01T00:00:00Z", "Asia/Shanghai", 0, "founded in next year or founded < today", "" },
    { "9999-12-31T23:59:59Z", "Asia/Shanghai", 0, "founded in past", "a1 a2 a3 a4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (asked[i].zone);
    SatchelPredicateContext context = { .zone = zone, .first_weekday = asked[i].first_weekday };
    g_assert_true (satchel_instant_parse (asked[i].now, &context.now_ms, &error));
    g_autoptr (SatchelPredicate) predicate = parse ("account", asked[i].text, &error);
    g_assert_no_error (error);
    for (Engine engine = 0; engine < N_ENGINES; engine++) {
      if (!world_has (world, engine))
        continue;
      g_autofree char *names = world_select (world, engine, predicate, &context);
      if (!g_str_equal (names, asked[i].expected))
        g_error ("%s at %s in %s: %s: expected “%s”, got “%s”", engine_name (engine), asked[i].now,
                 asked[i].zone, asked[i].text, asked[i].expected, names);
    }
  }
}

/* Nobody asks, or nothing else can be reached. */
static void
test_empty_context (void)
{
  SatchelPredicateContext nobody = { .now_ms = NOW_MS };

  for (Engine engine = 0; engine < N_ENGINES; engine++) {
    g_autoptr (SatchelPredicate) mine = parse (
        "account", "owner in (me, my teams) or unit = my unit or exists task (attendees has me)", NULL);
    g_autoptr (SatchelPredicate) others = parse ("account", "owner not in (me, my teams)", NULL);
    if (!world_has (world, engine))
      continue;
    g_autofree char *none = world_select (world, engine, mine, &nobody);
    g_autofree char *all = world_select (world, engine, others, &nobody);
    g_assert_cmpstr (none, ==, "");
    g_assert_cmpstr (all, ==, "a1 a2 a3 a4 a5");
  }
}

/* Values stay out of the SQL, whatever they are. */
static void
test_sql_holds_no_values (void)
{
  SatchelPredicateContext context = make_context ();
  g_autoptr (SatchelPredicate) predicate = parse ("account",
                                                  "city in (\"VALUE\") or name contains \"VALUE\" or tags "
                                                  "has \"VALUE\" or exists task (attendees has \"VALUE@x\")",
                                                  NULL);

  for (SatchelSqlDialect dialect = SATCHEL_SQL_SQLITE; dialect <= SATCHEL_SQL_POSTGRES; dialect++) {
    g_auto (SatchelSqlCondition) condition = { 0 };
    satchel_predicate_to_sql (predicate, &context, dialect, 1, &condition);
    g_assert_null (strcasestr (condition.sql, "value'"));
    g_assert_null (strstr (condition.sql, "VALUE"));
    g_assert_cmpuint (condition.parameters->len, ==, 5);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world = world_new ();
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    world_add (world, records[i].entity, records[i].name, records[i].fields);
  world_load (world);

  g_test_add_data_func ("/protocol/predicate/memory", GUINT_TO_POINTER (ENGINE_MEMORY), test_engine);
  g_test_add_data_func ("/protocol/predicate/sqlite", GUINT_TO_POINTER (ENGINE_SQLITE), test_engine);
  g_test_add_data_func ("/protocol/predicate/rows", GUINT_TO_POINTER (ENGINE_ROWS), test_engine);
  g_test_add_data_func ("/protocol/predicate/postgres", GUINT_TO_POINTER (ENGINE_POSTGRES), test_engine);
  g_test_add_func ("/protocol/predicate/notations", test_notations);
  g_test_add_func ("/protocol/predicate/canonical-text", test_canonical_text);
  g_test_add_func ("/protocol/predicate/mistakes", test_mistakes);
  g_test_add_func ("/protocol/predicate/json-mistakes", test_json_mistakes);
  g_test_add_func ("/protocol/predicate/limits", test_limits);
  g_test_add_func ("/protocol/predicate/bad-utf8", test_bad_utf8);
  g_test_add_func ("/protocol/predicate/depends-on-time", test_depends_on_time);
  g_test_add_func ("/protocol/predicate/when-and-where", test_when_and_where);
  g_test_add_func ("/protocol/predicate/empty-context", test_empty_context);
  g_test_add_func ("/protocol/predicate/sql-holds-no-values", test_sql_holds_no_values);
  int status = g_test_run ();
  world_free (world);
  return status;
}
