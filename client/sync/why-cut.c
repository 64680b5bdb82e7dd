/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/why-cut.h"

#include <glib/gi18n.h>

static const char *
describe_certificate (GTlsCertificateFlags flags)
{
  static const struct {
    GTlsCertificateFlags flag;
    const char *words;
  } wrongs[] = {
    { G_TLS_CERTIFICATE_BAD_IDENTITY, N_ ("the certificate there is that of another server") },
    { G_TLS_CERTIFICATE_EXPIRED,
      N_ ("the certificate there has expired; or is the clock of this computer wrong?") },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED,
      N_ ("the certificate there is not valid yet; or is the clock of this computer wrong?") },
    { G_TLS_CERTIFICATE_REVOKED, N_ ("the certificate there has been revoked") },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, N_ ("nobody whom this computer trusts has signed the certificate there; "
                                        "an administrator can make it known here") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    if (flags & wrongs[i].flag)
      return _ (wrongs[i].words);
  return _ ("the certificate there is not good");
}

const char *
satchel_why_cut (const GError *error, GTlsCertificateFlags flags)
{
  static const struct {
    GQuark (*domain) (void);
    int code;
    const char *words;
  } reasons[] = {
    { g_resolver_error_quark, G_RESOLVER_ERROR_NOT_FOUND,
      N_ ("no server of that name can be found; is there a network?") },
    { g_resolver_error_quark, G_RESOLVER_ERROR_TEMPORARY_FAILURE,
      N_ ("no server of that name can be found; is there a network?") },
    { g_io_error_quark, G_IO_ERROR_CONNECTION_REFUSED, N_ ("no server runs there") },
    { g_io_error_quark, G_IO_ERROR_HOST_UNREACHABLE, N_ ("the network does not lead there") },
    { g_io_error_quark, G_IO_ERROR_NETWORK_UNREACHABLE, N_ ("there is no network") },
    { g_io_error_quark, G_IO_ERROR_TIMED_OUT, N_ ("nobody answers there") },
    { g_io_error_quark, G_IO_ERROR_CONNECTION_CLOSED, N_ ("the connection was cut") },
    { g_tls_error_quark, G_TLS_ERROR_EOF, N_ ("the connection was cut") },
  };

  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return describe_certificate (flags);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_error_matches (error, reasons[i].domain (), reasons[i].code))
      return _ (reasons[i].words);
  return g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) ||
                 g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE)
             ? _ ("what answers there does not encrypt as it should")
             : error->message;
}
