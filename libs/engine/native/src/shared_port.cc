#include "shared_port.h"

#include <netinet/in.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>

namespace sluice {

#ifdef __linux__

namespace {

bool setOption(int descriptor, int option, int value) {
  return setsockopt(descriptor, SOL_SOCKET, option, &value, sizeof(value)) == 0;
}

int fail(int descriptor) {
  const int error = uv_translate_sys_error(errno);
  if (descriptor >= 0) close(descriptor);
  return error;
}

// This matches what libuv does for Node servers: an IPv6 address also accepts IPv4, and connections of an earlier
// listener do not block the port.
int createSocket(const sockaddr* address) {
  const int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return fail(descriptor);
  const int off = 0;
  if (address->sa_family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  return setOption(descriptor, SO_REUSEADDR, 1) ? descriptor : fail(descriptor);
}

bool bindTo(int descriptor, const sockaddr* address) {
  const socklen_t length = address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  return bind(descriptor, address, length) == 0;
}

}  // namespace

// SO_REUSEPORT is set after the bind, so that the bind also fails on a port that other programs share. Without
// SO_REUSEADDR the port is then in use for other programs, although no process listens on it.
int reservePort(const sockaddr* address) {
  const int descriptor = createSocket(address);
  if (descriptor < 0) return descriptor;
  const bool isReserved =
      bindTo(descriptor, address) && setOption(descriptor, SO_REUSEPORT, 1) && setOption(descriptor, SO_REUSEADDR, 0);
  return isReserved ? descriptor : fail(descriptor);
}

int openListener(const sockaddr* address) {
  const int descriptor = createSocket(address);
  if (descriptor < 0) return descriptor;
  const bool isOpen = setOption(descriptor, SO_REUSEPORT, 1) && bindTo(descriptor, address);
  return isOpen ? descriptor : fail(descriptor);
}

#else

int reservePort(const sockaddr*) { return UV_ENOTSUP; }
int openListener(const sockaddr*) { return UV_ENOTSUP; }

#endif

uint16_t boundPortOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  return ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
}

}  // namespace sluice
