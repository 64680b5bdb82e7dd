/* An address book.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <libebook/libebook.h>
#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/exchange/contact.h"

/* Books refuse "#t". */
#define ALL "(contains \"x-evolution-any-field\" \"\")"

typedef struct {
  SatchelShelf shelf;
  EBookClient *client;
  EBookClientView *view;
  char *photos; /* the folder in which EDS keeps the photos of this book */
  void (*touched) (const char *uid, gpointer data);
  gpointer data;
} Book;

/* EDS keeps a photo as a file of its own and gives its address. Any other address is the card's business:
 * what stands in a card must not make us read files. */
static void
take_photo_in (Book *book, EContact *contact)
{
  EContactPhoto *photo = e_contact_get (contact, E_CONTACT_PHOTO);
  g_autofree char *path = NULL, *folder = NULL;

  if (photo != NULL && photo->type == E_CONTACT_PHOTO_TYPE_URI && photo->data.uri != NULL)
    path = g_filename_from_uri (photo->data.uri, NULL, NULL);
  folder = path != NULL ? g_path_get_dirname (path) : NULL;
  if (g_strcmp0 (folder, book->photos) == 0 && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    (void)!e_contact_inline_local_photos (contact, NULL); /* one that is gone is none */
  if (photo != NULL)
    e_contact_photo_free (photo);
}

static char *
to_text (Book *book, EContact *contact)
{
  take_photo_in (book, contact);
  return e_vcard_to_string (E_VCARD (contact), EVC_FORMAT_VCARD_30);
}

static GHashTable *
list (SatchelShelf *shelf, GError **error)
{
  Book *book = (Book *)shelf;
  GHashTable *items;
  GError *problem = NULL;
  GSList *contacts = NULL;

  if (!e_book_client_get_contacts_sync (book->client, ALL, &contacts, NULL, &problem)) {
    satchel_shelf_propagate (error, problem);
    return NULL;
  }
  /* A card is many times as large once something of it was read: each goes when its text is there. */
  items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  while (contacts != NULL) {
    g_autoptr (EContact) contact = contacts->data;
    const char *uid = e_contact_get_const (contact, E_CONTACT_UID);

    contacts = g_slist_delete_link (contacts, contacts);
    if (uid != NULL)
      g_hash_table_insert (items, g_strdup (uid), to_text (book, contact));
  }
  return items;
}

static gboolean
get (SatchelShelf *shelf, const char *uid, char **text, GError **error)
{
  Book *book = (Book *)shelf;
  g_autoptr (EContact) contact = NULL;
  GError *problem = NULL;

  *text = NULL;
  if (e_book_client_get_contact_sync (book->client, uid, &contact, NULL, &problem)) {
    *text = to_text (book, contact);
    return TRUE;
  }
  if (g_error_matches (problem, E_BOOK_CLIENT_ERROR, E_BOOK_CLIENT_ERROR_CONTACT_NOT_FOUND)) {
    g_error_free (problem);
    return TRUE;
  }
  satchel_shelf_propagate (error, problem);
  return FALSE;
}

static gboolean
put (SatchelShelf *shelf, GPtrArray *items, gboolean made, GError **error)
{
  Book *book = (Book *)shelf;
  GSList *contacts = NULL, *uids = NULL;
  GError *problem = NULL;
  gboolean done;

  for (guint i = 0; i < items->len; i++)
    contacts =
        g_slist_prepend (contacts, e_contact_new_from_vcard (((SatchelShelfItem *)items->pdata[i])->text));
  done = made ? e_book_client_add_contacts_sync (book->client, contacts, E_BOOK_OPERATION_FLAG_NONE, &uids,
                                                 NULL, &problem)
              : e_book_client_modify_contacts_sync (book->client, contacts, E_BOOK_OPERATION_FLAG_NONE, NULL,
                                                    &problem);
  g_slist_free_full (contacts, g_object_unref);
  g_slist_free_full (uids, g_free);
  if (!done)
    satchel_shelf_propagate (error, problem);
  return done;
}

static SatchelShelf *
beside (SatchelShelf *shelf, GPtrArray *items)
{
  return shelf;
}

static gboolean
remove_uids (SatchelShelf *shelf, GPtrArray *uids, GError **error)
{
  Book *book = (Book *)shelf;

  /* One by one: a list with one that is gone already is refused as a whole. */
  for (guint i = 0; i < uids->len; i++) {
    GError *problem = NULL;

    if (e_book_client_remove_contact_by_uid_sync (book->client, uids->pdata[i], E_BOOK_OPERATION_FLAG_NONE,
                                                  NULL, &problem) ||
        g_error_matches (problem, E_BOOK_CLIENT_ERROR, E_BOOK_CLIENT_ERROR_CONTACT_NOT_FOUND)) {
      g_clear_error (&problem);
      continue;
    }
    satchel_shelf_propagate (error, problem);
    return FALSE;
  }
  return TRUE;
}

/* ---- listening ---- */

static void
contacts_cb (EBookClientView *view, const GSList *contacts, gpointer data)
{
  Book *book = data;

  for (const GSList *link = contacts; link != NULL; link = link->next)
    book->touched (e_contact_get_const (link->data, E_CONTACT_UID), book->data);
}

static void
removed_cb (EBookClientView *view, const GSList *uids, gpointer data)
{
  Book *book = data;

  for (const GSList *link = uids; link != NULL; link = link->next)
    book->touched (link->data, book->data);
}

static void
died_cb (EClient *client, gpointer data)
{
  Book *book = data;

  book->touched (NULL, book->data);
}

static gboolean
listen_to (SatchelShelf *shelf, void (*touched) (const char *uid, gpointer data), gpointer data,
           GError **error)
{
  GSList only_uid = { (gpointer)e_contact_field_name (E_CONTACT_UID), NULL };
  Book *book = (Book *)shelf;
  GError *problem = NULL;

  book->touched = touched;
  book->data = data;
  if (!e_book_client_get_view_sync (book->client, ALL, &book->view, NULL, &problem)) {
    satchel_shelf_propagate (error, problem);
    return FALSE;
  }
  g_signal_connect (book->client, "backend-died", G_CALLBACK (died_cb), book);
  g_signal_connect (book->view, "objects-added", G_CALLBACK (contacts_cb), book);
  g_signal_connect (book->view, "objects-modified", G_CALLBACK (contacts_cb), book);
  g_signal_connect (book->view, "objects-removed", G_CALLBACK (removed_cb), book);
  e_book_client_view_set_flags (book->view, E_BOOK_CLIENT_VIEW_FLAGS_NONE, &problem);
  if (problem == NULL)
    e_book_client_view_set_fields_of_interest (book->view, &only_uid, &problem);
  if (problem == NULL)
    e_book_client_view_start (book->view, &problem);
  if (problem == NULL)
    return TRUE;
  satchel_shelf_propagate (error, problem);
  return FALSE;
}

static void
free_book (SatchelShelf *shelf)
{
  Book *book = (Book *)shelf;

  if (book->view != NULL) {
    g_signal_handlers_disconnect_by_data (book->view, book);
    g_object_unref (book->view);
  }
  g_signal_handlers_disconnect_by_data (book->client, book);
  g_object_unref (book->client);
  g_free (book->photos);
  g_free (book);
}

SatchelShelf *
satchel_shelf_book_new (ESource *source, GError **error)
{
  GError *problem = NULL;
  EClient *client = e_book_client_connect_sync (source, (guint32)-1, NULL, &problem);
  Book *book;

  if (client == NULL) {
    satchel_shelf_propagate (error, problem);
    return NULL;
  }
  book = g_new0 (Book, 1);
  book->shelf = (SatchelShelf){ list, get, put, beside, remove_uids, listen_to, free_book };
  book->client = E_BOOK_CLIENT (client);
  book->photos =
      g_build_filename (e_get_user_data_dir (), "addressbook", e_source_get_uid (source), "photos", NULL);
  return &book->shelf;
}
