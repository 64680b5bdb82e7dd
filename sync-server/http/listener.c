/* Accepting, with a descriptor in reserve: when the process has none left, the newcomer is taken with the
 * reserve and told to go, instead of staying in the backlog and waking the loop for ever.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/error.h"

#define BACKLOG           4096
#define ACCEPTS_A_TURN    64
#define SPARE_DESCRIPTORS 64 /* database, spools, logs */
#define COMPLAIN_MS       60000

struct _SatchelListener {
  SatchelConnections set;
  SatchelParked door;
  int reserve;
  guint most;
  guint16 port;
  gint64 complained_ms;
};

/* Raises the soft limit to the hard one. */
static guint
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    rlim_t soft = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
      limit.rlim_cur = soft;
  }
  return MIN (limit.rlim_cur, G_MAXINT);
}

static void
complain (SatchelListener *listener, const char *what)
{
  gint64 now_ms = g_get_monotonic_time () / 1000;

  if (listener->complained_ms != 0 && now_ms < listener->complained_ms + COMPLAIN_MS)
    return;
  listener->complained_ms = now_ms;
  g_printerr ("satchel-server: %s; new connections are turned away\n", what);
}

/* Not read first and not lingered for: whoever is turned away may see a reset instead. */
static void
turn_away (SatchelListener *listener, int fd)
{
  static const char answer[] =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
      "Content-Length: 71\r\nConnection: close\r\n\r\n"
      "{\"error\":\"busy\",\"message\":\"too many connections\",\"retry_after_ms\":5000}";

  if (listener->set.certificate == NULL)
    send (fd, answer, sizeof answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  close (fd);
}

static void
accept_with_reserve (SatchelListener *listener)
{
  complain (listener, "out of descriptors");
  if (listener->reserve >= 0)
    close (listener->reserve);
  int fd = accept4 (listener->door.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0)
    turn_away (listener, fd);
  listener->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
door_ready_cb (gpointer data)
{
  SatchelListener *listener = data;

  for (guint i = 0; i < ACCEPTS_A_TURN; i++) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    int fd = accept4 (listener->door.fd, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0 && listener->set.open.length < listener->most) {
      satchel_connection_open (&listener->set, fd, (struct sockaddr *)&peer);
    } else if (fd >= 0) {
      complain (listener, "too many connections");
      turn_away (listener, fd);
    } else if (errno == EMFILE || errno == ENFILE) {
      accept_with_reserve (listener);
    } else if (errno != ECONNABORTED && errno != EINTR) {
      break; /* EAGAIN: all are in; ENOMEM and the like: the next turn */
    }
  }
  if (!satchel_parking_watch (listener->set.parking, &listener->door))
    satchel_parking_requeue (listener->set.parking, &listener->door);
}

static void
request_started_cb (SoupServer *soup, SoupServerMessage *message, gpointer data)
{
  SatchelListener *listener = data;

  satchel_connections_request_started (&listener->set, message);
}

static void
request_read_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                 gpointer data)
{
  satchel_exchange_complete (g_object_get_data (G_OBJECT (message), SATCHEL_EXCHANGE_KEY));
}

/* The first address that @host stands for. */
static GSocketAddress *
resolve (const char *host, guint16 port, GError **error)
{
  if (*host == '\0') {
    g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV6);
    return g_inet_socket_address_new (any, port);
  }

  g_autoptr (GError) local = NULL;
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *addresses = g_resolver_lookup_by_name (resolver, host, NULL, &local);
  if (addresses == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "cannot listen on “%s”: %s", host,
                 local->message);
    return NULL;
  }
  GSocketAddress *address = g_inet_socket_address_new (addresses->data, port);
  g_resolver_free_addresses (addresses);
  return address;
}

/* An open descriptor that listens; -1 with errno. */
static int
open_door (GSocketAddress *address)
{
  struct sockaddr_storage native;
  int one = 1;

  int fd = socket (g_socket_address_get_family (address), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  if (!g_socket_address_to_native (address, &native, sizeof native, NULL) ||
      setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      bind (fd, (struct sockaddr *)&native, g_socket_address_get_native_size (address)) != 0 ||
      listen (fd, BACKLOG) != 0) {
    int reason = errno;
    close (fd);
    errno = reason;
    return -1;
  }
  return fd;
}

static guint16
get_bound_port (int fd)
{
  struct sockaddr_storage native;
  socklen_t size = sizeof native;

  if (getsockname (fd, (struct sockaddr *)&native, &size) != 0)
    return 0;
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native (&native, size);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

SatchelListener *
satchel_listener_new (const char *host, guint16 port, GTlsCertificate *certificate,
                      const SatchelHttpLimits *limits, const SatchelHttpHandler *handler,
                      GMainContext *context, GError **error)
{
  g_autoptr (GSocketAddress) address = resolve (host, port, error);
  if (address == NULL)
    return NULL;
  GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (certificate == NULL && !g_inet_address_get_is_loopback (inet)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN,
                 "“%s” can be reached from outside: TLS is needed there (--tls-cert and --tls-key)", host);
    return NULL;
  }

  g_autoptr (SatchelParking) parking = satchel_parking_new (context, error);
  if (parking == NULL)
    return NULL;
  int fd = open_door (address);
  if (fd < 0) {
    g_set_error (error, SATCHEL_ERROR, errno == EADDRINUSE ? SATCHEL_ERROR_BUSY : SATCHEL_ERROR_STORAGE,
                 "cannot listen on %s port %u: %s", host, port, g_strerror (errno));
    return NULL;
  }

  SatchelListener *listener = g_new0 (SatchelListener, 1);
  listener->port = get_bound_port (fd);
  guint descriptors = raise_descriptor_limit ();
  guint room = descriptors > 2 * SPARE_DESCRIPTORS ? descriptors - SPARE_DESCRIPTORS : descriptors / 2;
  listener->most = limits->connections > 0 ? MIN (limits->connections, room) : room;
  listener->reserve = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  listener->door = (SatchelParked){ .fd = fd, .ready = door_ready_cb, .data = listener };
  listener->set = (SatchelConnections){
    .parking = g_steal_pointer (&parking),
    .soup = soup_server_new ("raw-paths", TRUE, NULL),
    .local_address = g_steal_pointer (&address),
    .certificate = certificate != NULL ? g_object_ref (certificate) : NULL,
    .limits = *limits,
    .handler = *handler,
  };
  g_signal_connect (listener->set.soup, "request-started", G_CALLBACK (request_started_cb), listener);
  soup_server_add_handler (listener->set.soup, NULL, request_read_cb, listener, NULL);
  satchel_parking_requeue (listener->set.parking, &listener->door);
  return listener;
}

void
satchel_listener_free (SatchelListener *listener)
{
  if (listener == NULL)
    return;
  g_assert (listener->set.open.length == 0);
  satchel_listener_stop (listener);
  g_clear_object (&listener->set.soup);
  g_clear_object (&listener->set.local_address);
  g_clear_object (&listener->set.certificate);
  satchel_parking_free (listener->set.parking);
  if (listener->reserve >= 0)
    close (listener->reserve);
  g_free (listener);
}

guint16
satchel_listener_get_port (SatchelListener *listener)
{
  return listener->port;
}

guint
satchel_listener_get_n_connections (SatchelListener *listener)
{
  return listener->set.open.length;
}

void
satchel_listener_stop (SatchelListener *listener)
{
  if (listener->door.fd >= 0) {
    satchel_parking_forget (listener->set.parking, &listener->door);
    close (listener->door.fd);
    listener->door.fd = -1;
  }
  satchel_connections_stop (&listener->set);
}

void
satchel_listener_cut (SatchelListener *listener)
{
  satchel_connections_close_all (&listener->set);
}
