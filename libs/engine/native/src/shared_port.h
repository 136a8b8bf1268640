#pragma once

#include <sys/socket.h>

#include <cstdint>

namespace sluice {

// A port with several listeners, each with its own queue. The system spreads new connections over the listeners that
// listen (SO_REUSEPORT on Linux; macOS has the option, but gives all connections to one listener). Each function
// returns a descriptor or a libuv error, which is UV_ENOTSUP on systems without such ports.

/// Binds a port; port 0 lets the system choose one. Fails as any listener does if another program uses the port. While
/// this descriptor is open, only `openListener` of the same user can bind the port. No process listens on this
/// descriptor.
int reservePort(const sockaddr* address);

/// Opens another listener on a reserved port. It receives connections once a process listens on it.
int openListener(const sockaddr* address);

/// Returns the port that a descriptor is bound to; 0 if it is not bound.
uint16_t boundPortOf(int descriptor);

}  // namespace sluice
