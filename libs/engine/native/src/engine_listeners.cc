// The listeners of the engine, and the connections that they accept.

#include <unistd.h>

#include "engine.h"

namespace sluice {

int64_t Engine::listen(const sockaddr* address, int backlog, bool readsUpgrades) {
  if (isClosing_) return UV_ECANCELED;
  return addListener(readsUpgrades, [&](Listener& listener) { return listener.listen(loop_, address, backlog); });
}

int64_t Engine::listenOn(int descriptor, int backlog, bool readsUpgrades) {
  if (isClosing_) {
    ::close(descriptor);
    return UV_ECANCELED;
  }
  return addListener(readsUpgrades, [&](Listener& listener) { return listener.listenOn(loop_, descriptor, backlog); });
}

template <typename Start>
int64_t Engine::addListener(bool readsUpgrades, Start start) {
  const auto number = static_cast<uint32_t>(listeners_.size());
  listeners_.push_back(std::make_unique<Listener>(number, readsUpgrades, static_cast<ListenerEvents&>(*this)));
  openListeners_ += 1;
  const int error = start(*listeners_.back());
  if (error == 0) return number;
  listeners_.back()->close();
  return error;
}

uint16_t Engine::portOf(uint32_t listener) const {
  const bool isOpen = listener < listeners_.size() && listeners_[listener] != nullptr;
  return isOpen ? listeners_[listener]->port() : 0;
}

void Engine::stopListening(uint32_t listener) {
  if (listener < listeners_.size() && listeners_[listener] != nullptr) listeners_[listener]->close();
}

void Engine::onListenerClosed(Listener& listener) {
  listeners_[listener.number()].reset();
  openListeners_ -= 1;
}

void Engine::onConnection(Listener& listener) {
  UnjoinedSocket* socket = createSocket();
  const int error = socket->accept(loop_, listener.stream());
  if (error != 0) {
    socket->destroy();
    return;
  }
  sockaddr_storage peer{};
  int length = sizeof(peer);
  uv_tcp_getpeername(socket->tcp(), reinterpret_cast<sockaddr*>(&peer), &length);
  addArrival(listener, *socket, reinterpret_cast<sockaddr*>(&peer));
}

void Engine::onAccepted(Listener& listener, int descriptor, const sockaddr* peer) {
  UnjoinedSocket* socket = createSocket();
  if (socket->open(loop_, descriptor) == 0) addArrival(listener, *socket, peer);
  else socket->destroy();
}

void Engine::onAcceptFailed(Listener& listener, int error) {
  report(RecordHeader{RecordKind::kAcceptFailed, 0, 0, 0, Id{0, 0}, 0, error, listener.number()});
}

void Engine::addArrival(const Listener& listener, UnjoinedSocket& socket, const sockaddr* peer) {
  arrivals_.add(socket.id, listener.number(), peer);
  if (!listener.readsUpgrades()) announce(socket.id);
  else socket.resume();
  if (arrivals_.isFull()) reportAccepted(arrivals_.takeOldest());
}

// JavaScript gets such a socket together with its request. Any other socket is reported first, and then its bytes.
bool Engine::takeUpgrade(const UnjoinedSocket& socket, const uint8_t* bytes, size_t length) {
  UpgradeHead head{};
  const std::string_view text(reinterpret_cast<const char*>(bytes), length);
  if (readUpgradeHead(text, &head) == 0) return false;
  const std::optional<Arrival> arrival = arrivals_.take(socket.id);
  if (!arrival) return false;
  const std::string_view address(arrival->address);
  const std::string_view ranges(reinterpret_cast<const char*>(&head), sizeof(head));
  const auto dataBytes = static_cast<uint32_t>(ranges.size() + address.size() + length);
  const RecordHeader header{RecordKind::kUpgrade, 0, 0, 0, socket.id, dataBytes, static_cast<int32_t>(address.size()),
                            arrival->listener};
  if (!inbox_.hasRoom()) deliver();
  refUntilDelivered();
  inbox_.append(header, {ranges, address, text});
  return true;
}

// A socket without a request, whose timers and bounds are those of JavaScript.
void Engine::announce(Id socket) { reportAccepted(arrivals_.take(socket)); }

void Engine::onArrivalsDue() {
  while (const std::optional<Arrival> arrival = arrivals_.takeOldest()) reportAccepted(arrival);
}

void Engine::reportAccepted(const std::optional<Arrival>& arrival) {
  if (!arrival) return;
  // JavaScript decides when such a socket is read.
  if (UnjoinedSocket* socket = sockets_.find(arrival->socket)) socket->pause();
  const std::string_view address(arrival->address);
  report(RecordHeader{RecordKind::kAccepted, 0, 0, 0, arrival->socket, static_cast<uint32_t>(address.size()), 0,
                      arrival->listener},
         reinterpret_cast<const uint8_t*>(address.data()));
}

}  // namespace sluice
