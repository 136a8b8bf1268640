// The listeners of the engine, and the connections that they accept.

#include <unistd.h>

#include <cstring>

#include "engine.h"

namespace sluice {

int64_t Engine::listen(const sockaddr* address, int backlog) {
  if (isClosing_) return UV_ECANCELED;
  return addListener([&](Listener& listener) { return listener.listen(loop_, address, backlog); });
}

int64_t Engine::listenOn(int descriptor, int backlog) {
  if (isClosing_) {
    ::close(descriptor);
    return UV_ECANCELED;
  }
  return addListener([&](Listener& listener) { return listener.listenOn(loop_, descriptor, backlog); });
}

template <typename Start>
int64_t Engine::addListener(Start start) {
  const auto number = static_cast<uint32_t>(listeners_.size());
  listeners_.push_back(std::make_unique<Listener>(number, static_cast<ListenerEvents&>(*this)));
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
  reportAccepted(listener, *socket, reinterpret_cast<sockaddr*>(&peer));
}

void Engine::onAccepted(Listener& listener, int descriptor, const sockaddr* peer) {
  UnjoinedSocket* socket = createSocket();
  if (socket->open(loop_, descriptor) == 0) reportAccepted(listener, *socket, peer);
  else socket->destroy();
}

void Engine::onAcceptFailed(Listener& listener, int error) {
  report(RecordHeader{RecordKind::kAcceptFailed, 0, 0, 0, Id{0, 0}, 0, error, listener.number()});
}

void Engine::reportAccepted(Listener& listener, UnjoinedSocket& socket, const sockaddr* peer) {
  char text[INET6_ADDRSTRLEN] = "";
  uv_ip_name(peer, text, sizeof(text));
  const auto textBytes = static_cast<uint32_t>(std::strlen(text));
  report(RecordHeader{RecordKind::kAccepted, 0, 0, 0, socket.id, textBytes, 0, listener.number()},
         reinterpret_cast<const uint8_t*>(text));
}

}  // namespace sluice
