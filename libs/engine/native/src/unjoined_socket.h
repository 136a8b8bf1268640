#pragma once

#include <cstdint>

#include "records.h"
#include "socket.h"

namespace sluice {

class UnjoinedSocket;

/// The events of sockets that are not joined yet.
class UnjoinedSocketEvents {
 public:
  virtual void onSocketConnected(UnjoinedSocket& socket) = 0;
  virtual void onSocketData(UnjoinedSocket& socket, uint8_t* bytes, size_t length) = 0;
  virtual void onSocketFin(UnjoinedSocket& socket) = 0;
  virtual void onSocketFlushed(UnjoinedSocket& socket) = 0;
  virtual void onSocketClosed(UnjoinedSocket& socket) = 0;

 protected:
  ~UnjoinedSocketEvents() = default;
};

/// A socket between its creation and its join. All its events are reported to JavaScript, which decides what to do.
/// Afterwards its connection uses it as a plain socket.
class UnjoinedSocket final : private SocketEvents, public Socket {
 public:
  UnjoinedSocket(UnjoinedSocketEvents& events, ReadBuffer& readBuffer)
      : Socket(Side::kClient, static_cast<SocketEvents&>(*this), readBuffer), events_(events) {}

  Id id{0, 0};

 private:
  void onConnected(Side) override { events_.onSocketConnected(*this); }
  void onData(Side, uint8_t* bytes, size_t length) override { events_.onSocketData(*this, bytes, length); }
  void onFin(Side) override { events_.onSocketFin(*this); }
  void onFailed(Side) override {}
  void onReady(Side) override { events_.onSocketFlushed(*this); }
  void onClosed(Side) override { events_.onSocketClosed(*this); }

  UnjoinedSocketEvents& events_;
};

}  // namespace sluice
