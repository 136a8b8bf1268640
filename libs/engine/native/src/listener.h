#pragma once

#include <uv.h>

#include <cstdint>

namespace sluice {

class Listener;

class ListenerEvents {
 public:
  /// A connection is waiting; it must be accepted with `Socket::accept`.
  virtual void onConnection(Listener& listener) = 0;
  /// Like `onConnection`, for a connection that was already accepted. `peer` is its address.
  virtual void onAccepted(Listener& listener, int descriptor, const sockaddr* peer) = 0;
  virtual void onAcceptFailed(Listener& listener, int error) = 0;
  virtual void onListenerClosed(Listener& listener) = 0;

 protected:
  ~ListenerEvents() = default;
};

/// A TCP listener. Its sockets inherit TCP_NODELAY on systems that support this.
class Listener {
 public:
  /// `readsUpgrades`: the first bytes of its sockets are read before they are reported.
  Listener(uint32_t number, bool readsUpgrades, ListenerEvents& events)
      : events_(events), number_(number), readsUpgrades_(readsUpgrades) {}
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Binds and listens. Returns 0 or a libuv error; the listener must be closed in either case.
  int listen(uv_loop_t* loop, const sockaddr* address, int backlog);
  /// Like `listen`, on a bound descriptor, which the listener takes ownership of. Other processes may accept from it
  /// too.
  int listenOn(uv_loop_t* loop, int descriptor, int backlog);
  void close();

  uint32_t number() const { return number_; }
  bool readsUpgrades() const { return readsUpgrades_; }
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&tcp_); }
  /// The port that the listener is bound to; 0 if it is not bound.
  uint16_t port() const;

 private:
  int start(int backlog);
  void onPending(int status);
  void acceptMore();

  uv_tcp_t tcp_;
  ListenerEvents& events_;
  uint32_t number_;
  bool readsUpgrades_;
  bool isClosing_ = false;
};

}  // namespace sluice
