#pragma once

#include <sys/socket.h>

#include <cstdint>

namespace sluice {

// A port with several listeners, each with a queue of its own: the system spreads new connections over those that listen (SO_REUSEPORT
// of Linux; macOS has the option, but gives all connections to one of them). Each function returns a descriptor, or an error of
// libuv: UV_ENOTSUP where there are no such ports.

/// Binds a port, or fails as any listener does where another program has it; port 0: the system chooses one. While this descriptor is
/// open, nothing but `openListener` of the same user binds the port. Nobody listens on it.
int reservePort(const sockaddr* address);

/// One more listener of a port that is reserved. It is sent connections once a process listens on it.
int openListener(const sockaddr* address);

/// The port that a descriptor is bound to; 0 where it is not.
uint16_t boundPortOf(int descriptor);

}  // namespace sluice
