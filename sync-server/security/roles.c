/* The strict reader of role files, and the table of grants that it fills.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/roles.h"

#include "protocol/error.h"

#include <gio/gio.h>
#include <string.h>

#define ROLES_RESOURCE "/org/satchelcrm/metadata/roles"

static const char *const privilege_names[SATCHEL_N_PRIVILEGES] = { "create", "read",      "write",  "delete",
                                                                   "append", "append_to", "assign", "share" };
static const char *const depth_names[] = { "none", "own", "unit", "below", "organisation" };

typedef struct {
  SatchelDepth depths[SATCHEL_N_PRIVILEGES];
} Grant;

typedef struct {
  char *label;
  GHashTable *grants;  /* entity or "*" → Grant */
  GHashTable *classes; /* field class or "*" → SatchelClassUse */
  GPtrArray *carried;  /* SatchelRoleCarry* */
} Role;

struct _SatchelRoles {
  GHashTable *roles; /* name → Role */
};

static void
carry_free (SatchelRoleCarry *carry)
{
  g_free (carry->entity);
  g_free (carry->where);
  g_free (carry);
}

static void
role_free (Role *role)
{
  g_ptr_array_unref (role->carried);
  g_free (role->label);
  g_hash_table_unref (role->grants);
  g_hash_table_unref (role->classes);
  g_free (role);
}

SatchelRoles *
satchel_roles_new (void)
{
  SatchelRoles *roles = g_new0 (SatchelRoles, 1);

  roles->roles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)role_free);
  return roles;
}

void
satchel_roles_free (SatchelRoles *roles)
{
  g_hash_table_unref (roles->roles);
  g_free (roles);
}

typedef struct {
  SatchelRoles *roles;
  Role *role; /* being read; owned by the table */
  gboolean done;
} Reader;

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (SATCHEL_ERROR, SATCHEL_ERROR_INVALID, format, arguments));
  va_end (arguments);
  return FALSE;
}

static gboolean
read_role (Reader *reader, const char **names, const char **values, GError **error)
{
  const char *name = NULL, *label = NULL;

  for (guint i = 0; names[i] != NULL; i++) {
    if (g_str_equal (names[i], "name"))
      name = values[i];
    else if (g_str_equal (names[i], "label"))
      label = values[i];
    else
      return fail (error, "unknown attribute “%s” of <role>", names[i]);
  }
  if (name == NULL || *name == '\0' || label == NULL || *label == '\0')
    return fail (error, "<role> needs a name and a label");
  if (g_hash_table_contains (reader->roles->roles, name))
    return fail (error, "role “%s” is defined twice", name);

  reader->role = g_new0 (Role, 1);
  reader->role->label = g_strdup (label);
  reader->role->grants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reader->role->carried = g_ptr_array_new_with_free_func ((GDestroyNotify)carry_free);
  reader->role->classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (reader->roles->roles, g_strdup (name), reader->role);
  return TRUE;
}

static gboolean
index_of (const char *const *names, guint n_names, const char *name, guint *found)
{
  for (guint i = 0; i < n_names; i++) {
    if (g_str_equal (names[i], name)) {
      *found = i;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
read_grant (Reader *reader, const char **names, const char **values, GError **error)
{
  g_autofree Grant *grant = g_new0 (Grant, 1);
  const char *entity = NULL;

  for (guint i = 0; names[i] != NULL; i++) {
    guint privilege, depth;

    if (g_str_equal (names[i], "entity")) {
      entity = values[i];
      continue;
    }
    if (!index_of (privilege_names, SATCHEL_N_PRIVILEGES, names[i], &privilege))
      return fail (error, "unknown attribute “%s” of <grant>", names[i]);
    if (!index_of (depth_names, G_N_ELEMENTS (depth_names), values[i], &depth))
      return fail (error, "“%s” is no depth: none, own, unit, below, organisation", values[i]);
    grant->depths[privilege] = depth;
  }
  if (entity == NULL || *entity == '\0')
    return fail (error, "<grant> needs an entity");
  if (g_hash_table_contains (reader->role->grants, entity))
    return fail (error, "“%s” is granted twice", entity);
  g_hash_table_insert (reader->role->grants, g_strdup (entity), g_steal_pointer (&grant));
  return TRUE;
}

static gboolean
read_carry (Reader *reader, const char **names, const char **values, GError **error)
{
  const char *entity = NULL, *where = NULL, *related = "no";
  SatchelRoleCarry *carry;

  for (guint i = 0; names[i] != NULL; i++) {
    if (g_str_equal (names[i], "entity"))
      entity = values[i];
    else if (g_str_equal (names[i], "where"))
      where = values[i];
    else if (g_str_equal (names[i], "related"))
      related = values[i];
    else
      return fail (error, "unknown attribute “%s” of <carry>", names[i]);
  }
  if (entity == NULL || *entity == '\0' || where == NULL)
    return fail (error, "<carry> needs an entity and a condition");
  if (!g_str_equal (related, "yes") && !g_str_equal (related, "no"))
    return fail (error, "“%s” is neither yes nor no", related);
  carry = g_new0 (SatchelRoleCarry, 1);
  carry->entity = g_strdup (entity);
  carry->where = g_strdup (where);
  carry->related = g_str_equal (related, "yes");
  g_ptr_array_add (reader->role->carried, carry);
  return TRUE;
}

static gboolean
read_flag (const char *name, const char *text, gboolean *flag, GError **error)
{
  *flag = g_str_equal (text, "yes");
  return *flag || g_str_equal (text, "no") || fail (error, "“%s” of <class> is yes or no", name);
}

static gboolean
read_class (Reader *reader, const char **names, const char **values, GError **error)
{
  gboolean may_read = FALSE, may_write = FALSE;
  const char *class = NULL;

  for (guint i = 0; names[i] != NULL; i++) {
    if (g_str_equal (names[i], "name")) {
      class = values[i];
    } else if (g_str_equal (names[i], "read")) {
      if (!read_flag (names[i], values[i], &may_read, error))
        return FALSE;
    } else if (g_str_equal (names[i], "write")) {
      if (!read_flag (names[i], values[i], &may_write, error))
        return FALSE;
    } else {
      return fail (error, "unknown attribute “%s” of <class>", names[i]);
    }
  }
  if (class == NULL || *class == '\0')
    return fail (error, "<class> needs a name");
  if (may_write && !may_read)
    return fail (error, "who may write the fields of “%s” must be able to read them", class);
  if (g_hash_table_contains (reader->role->classes, class))
    return fail (error, "the class “%s” is named twice", class);
  g_hash_table_insert (reader->role->classes, g_strdup (class),
                       GINT_TO_POINTER (may_write  ? SATCHEL_CLASS_WRITABLE
                                        : may_read ? SATCHEL_CLASS_READABLE
                                                   : SATCHEL_CLASS_HIDDEN));
  return TRUE;
}

static void
start_element (GMarkupParseContext *context, const char *element, const char **names, const char **values,
               gpointer data, GError **error)
{
  Reader *reader = data;
  guint depth = g_slist_length ((GSList *)g_markup_parse_context_get_element_stack (context));

  /* The returns are the error, which GMarkup looks at itself. */
  if (depth == 1 && g_str_equal (element, "role") && reader->role == NULL)
    (void)!read_role (reader, names, values, error);
  else if (depth == 2 && g_str_equal (element, "grant"))
    (void)!read_grant (reader, names, values, error);
  else if (depth == 2 && g_str_equal (element, "carry"))
    (void)!read_carry (reader, names, values, error);
  else if (depth == 2 && g_str_equal (element, "class"))
    (void)!read_class (reader, names, values, error);
  else
    fail (error, "unexpected element <%s>", element);
}

static void
text (GMarkupParseContext *context, const char *characters, gsize length, gpointer data, GError **error)
{
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isspace (characters[i])) {
      fail (error, "unexpected text");
      return;
    }
  }
}

gboolean
satchel_roles_add (SatchelRoles *roles, const char *file, const char *document, gssize length, GError **error)
{
  static const GMarkupParser parser = { .start_element = start_element, .text = text };
  Reader reader = { .roles = roles };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reader, NULL);
  g_autoptr (GError) problem = NULL;
  int line, column;

  if (g_markup_parse_context_parse (context, document, length, &problem) &&
      g_markup_parse_context_end_parse (context, &problem) && reader.role != NULL)
    return TRUE;
  g_markup_parse_context_get_position (context, &line, &column);
  return fail (error, "%s:%d:%d: %s", file, line, column, problem != NULL ? problem->message : "no <role>");
}

const SatchelRoles *
satchel_roles_builtin (void)
{
  static SatchelRoles *builtin;

  if (g_once_init_enter (&builtin)) {
    SatchelRoles *roles = satchel_roles_new ();
    g_auto (GStrv) files = g_resources_enumerate_children (ROLES_RESOURCE, 0, NULL);

    for (guint i = 0; files != NULL && files[i] != NULL; i++) {
      g_autofree char *path = g_strconcat (ROLES_RESOURCE "/", files[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, &error);

      if (bytes == NULL || !satchel_roles_add (roles, files[i], g_bytes_get_data (bytes, NULL),
                                               g_bytes_get_size (bytes), &error))
        g_error ("built-in role: %s", error->message); /* a test excludes it */
    }
    g_once_init_leave (&builtin, roles);
  }
  return builtin;
}

gboolean
satchel_roles_contains (const SatchelRoles *roles, const char *role)
{
  return g_hash_table_contains (roles->roles, role);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* const char*, borrowed, sorted. */
static GPtrArray *
list_keys (GHashTable *table)
{
  GPtrArray *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort (names, compare_names);
  return names;
}

GPtrArray *
satchel_roles_list (const SatchelRoles *roles)
{
  return list_keys (roles->roles);
}

SatchelDepth
satchel_roles_get_depth (const SatchelRoles *roles, const char *name, SatchelPrivilege privilege,
                         const char *entity)
{
  const Role *role = g_hash_table_lookup (roles->roles, name);
  const Grant *grant;

  if (role == NULL)
    return SATCHEL_DEPTH_NONE;
  grant = g_hash_table_lookup (role->grants, entity);
  if (grant == NULL)
    grant = g_hash_table_lookup (role->grants, "*");
  return grant != NULL ? grant->depths[privilege] : SATCHEL_DEPTH_NONE;
}

const GPtrArray *
satchel_roles_get_carried (const SatchelRoles *roles, const char *name)
{
  const Role *role = g_hash_table_lookup (roles->roles, name);

  return role != NULL ? role->carried : NULL;
}

SatchelClassUse
satchel_roles_get_class_use (const SatchelRoles *roles, const char *name, const char *field_class)
{
  const Role *role = g_hash_table_lookup (roles->roles, name);
  gpointer use;

  if (role == NULL)
    return SATCHEL_CLASS_HIDDEN;
  if (!g_hash_table_lookup_extended (role->classes, field_class, NULL, &use))
    use = g_hash_table_lookup (role->classes, "*");
  return GPOINTER_TO_INT (use);
}

GPtrArray *
satchel_roles_list_entities (const SatchelRoles *roles, const char *name)
{
  const Role *role = g_hash_table_lookup (roles->roles, name);

  return role != NULL ? list_keys (role->grants) : g_ptr_array_new ();
}

GPtrArray *
satchel_roles_list_classes (const SatchelRoles *roles, const char *name)
{
  const Role *role = g_hash_table_lookup (roles->roles, name);

  return role != NULL ? list_keys (role->classes) : g_ptr_array_new ();
}

const char *
satchel_privilege_name (SatchelPrivilege privilege)
{
  return privilege_names[privilege];
}

const char *
satchel_depth_name (SatchelDepth depth)
{
  return depth_names[depth];
}

gboolean
satchel_privilege_from_name (const char *name, SatchelPrivilege *privilege)
{
  guint index;

  if (!index_of (privilege_names, SATCHEL_N_PRIVILEGES, name, &index))
    return FALSE;
  *privilege = index;
  return TRUE;
}
