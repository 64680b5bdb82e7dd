/* Reading documents with definitions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/schema-input.h"

#include <gio/gio.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"

/* No more than the reader takes, whatever the file is: a device, a pipe. */
static char *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &problem);
  g_autofree char *text = g_malloc (SATCHEL_MAX_METADATA_BYTES + 2);
  gsize size = 0;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), text,
                                                  SATCHEL_MAX_METADATA_BYTES + 1, &size, NULL, &problem)) {
    g_set_error (error, SATCHEL_ERROR, satchel_error_code (problem), "%s: %s", path, problem->message);
    return NULL;
  }
  if (size > SATCHEL_MAX_METADATA_BYTES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "%s: more than %d bytes", path,
                 SATCHEL_MAX_METADATA_BYTES);
    return NULL;
  }
  if (memchr (text, '\0', size) != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s:1:1: the file holds a NUL byte", path);
    return NULL;
  }
  text[size] = '\0';
  return g_realloc (g_steal_pointer (&text), size + 1);
}

gboolean
satchel_schema_input_read (const char *const *files, SatchelSchemaInput *input, GError **error)
{
  input->documents = g_new0 (SatchelMetadataDocument, g_strv_length ((char **)files) + 1);
  for (; *files != NULL; files++) {
    char *text = read_file (*files, error);

    if (text == NULL)
      return FALSE;
    input->documents[input->n_documents++] = (SatchelMetadataDocument){ g_strdup (*files), text };
  }
  return TRUE;
}

void
satchel_schema_input_clear (SatchelSchemaInput *input)
{
  for (guint i = 0; i < input->n_documents; i++) {
    g_free ((char *)input->documents[i].name);
    g_free ((char *)input->documents[i].text);
  }
  g_clear_pointer (&input->documents, g_free);
  input->n_documents = 0;
}
