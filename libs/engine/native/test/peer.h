#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "frames.h"

namespace sluice {

/// The far end of a TCP connection, which acts only when a test calls it. `nearDescriptor` is the other end.
class Peer {
 public:
  Peer() {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(listen(listener, 1) == 0);
    REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(connect(descriptor_, reinterpret_cast<sockaddr*>(&address), length) == 0);
    nearDescriptor = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    REQUIRE(nearDescriptor >= 0);
    ::close(listener);
    const int on = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(nearDescriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    fcntl(descriptor_, F_SETFL, O_NONBLOCK);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() { close(); }

  /// Makes the buffers of the system between the two ends small, so that a slow reader is noticed early.
  void shrinkBuffers() const {
    const int bytes = 65536;
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    setsockopt(nearDescriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
  }

  /// Sends as fast as the system accepts bytes, in calls of `pump`.
  void send(const Bytes& bytes) { outgoing_.insert(outgoing_.end(), bytes.begin(), bytes.end()); }
  /// Sends a FIN after the bytes that were sent.
  void endWhenSent() { isEnding_ = true; }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  /// Sends an RST.
  void reset() {
    const linger now{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
  }

  /// Sends and reads without waiting; reads at most this number of bytes.
  void pump(size_t maxBytes = 1 << 20) {
    if (descriptor_ < 0) return;
    sendSome();
    if (isReading) read(maxBytes);
  }
  bool isSent() const { return sent_ == outgoing_.size(); }

  int nearDescriptor = -1;
  bool isReading = true;
  Bytes received;
  /// The FIN of the near end has arrived.
  bool hasEnded = false;
  /// The RST of the near end has arrived, or it accepts no more bytes.
  bool isLost = false;

 private:
  void sendSome() {
    while (!isSent()) {
      const ssize_t result = ::send(descriptor_, outgoing_.data() + sent_, outgoing_.size() - sent_, MSG_NOSIGNAL);
      if (result < 0 && errno != EAGAIN) isLost = true;
      if (result <= 0) return;
      sent_ += static_cast<size_t>(result);
    }
    if (isEnding_ && !isEndSent_) isEndSent_ = ::shutdown(descriptor_, SHUT_WR) == 0;
  }
  void read(size_t maxBytes) {
    uint8_t buffer[65536];
    for (size_t total = 0; total < maxBytes && !hasEnded && !isLost;) {
      const ssize_t result = recv(descriptor_, buffer, std::min(sizeof(buffer), maxBytes - total), 0);
      if (result == 0) hasEnded = true;
      if (result < 0 && errno != EAGAIN) isLost = true;
      if (result <= 0) return;
      received.insert(received.end(), buffer, buffer + result);
      total += static_cast<size_t>(result);
    }
  }

  int descriptor_ = -1;
  Bytes outgoing_;
  size_t sent_ = 0;
  bool isEnding_ = false;
  bool isEndSent_ = false;
};

}  // namespace sluice
