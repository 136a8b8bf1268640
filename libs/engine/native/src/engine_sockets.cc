// The sockets of the engine that are not joined.

#include <fcntl.h>

#include "engine.h"

namespace sluice {

UnjoinedSocket* Engine::createSocket() {
  UnjoinedSocket* socket = socketMemory_.create(static_cast<UnjoinedSocketEvents&>(*this), readBuffer_);
  socket->id = sockets_.add(socket);
  return socket;
}

Id Engine::connect(const sockaddr* address, std::unique_ptr<UpstreamExchange> exchange) {
  UnjoinedSocket* socket = createSocket();
  if (exchange != nullptr) {
    if (exchanges_.size() <= socket->id.slot) exchanges_.resize(socket->id.slot + 1);
    exchanges_[socket->id.slot] = std::move(exchange);
  }
  socket->connect(loop_, address);
  if (isClosing_) socket->destroy();
  return socket->id;
}

Id Engine::adopt(int descriptor) {
  UnjoinedSocket* socket = createSocket();
  if (socket->open(loop_, descriptor) != 0 || isClosing_) socket->destroy();
  return socket->id;
}

bool Engine::write(Id id, const uint8_t* bytes, size_t length) {
  UnjoinedSocket* socket = sockets_.find(id);
  if (socket == nullptr || !socket->isWritable()) return true;
  socket->write(bytes, length);
  return !socket->isBehind();
}

void Engine::end(Id id) {
  if (UnjoinedSocket* socket = sockets_.find(id)) socket->end();
}

void Engine::pause(Id id) {
  if (UnjoinedSocket* socket = sockets_.find(id)) socket->pause();
}

void Engine::resume(Id id) {
  if (UnjoinedSocket* socket = sockets_.find(id)) socket->resume();
}

void Engine::destroy(Id id) {
  if (UnjoinedSocket* socket = sockets_.find(id)) socket->destroy();
}

void Engine::reset(Id id) {
  if (UnjoinedSocket* socket = sockets_.find(id)) socket->reset();
}

int Engine::release(Id id) {
  UnjoinedSocket* socket = sockets_.find(id);
  if (socket == nullptr) return -1;
  const bool isWhole = !socket->isBehind();
  const int descriptor = isWhole ? fcntl(socket->descriptor(), F_DUPFD_CLOEXEC, 0) : -1;
  socket->destroy();
  return descriptor;
}

void Engine::onSocketConnected(UnjoinedSocket& socket) {
  if (UpstreamExchange* exchange = openExchangeOf(socket)) {
    sendRequest(socket, *exchange);
    return;
  }
  report(RecordHeader{RecordKind::kConnected, 0, 0, 0, socket.id, 0, 0, 0});
}

void Engine::onSocketData(UnjoinedSocket& socket, uint8_t* bytes, size_t length) {
  UpstreamExchange* exchange = openExchangeOf(socket);
  if (exchange != nullptr) {
    takeAnswer(socket, *exchange, bytes, length);
  } else if (!arrivals_.has(socket.id)) {
    passOn(socket, socket.id, bytes, length);
  } else if (!takeUpgrade(socket, bytes, length)) {
    announce(socket.id);
    passOn(socket, socket.id, bytes, length);
  }
}

// JavaScript may have joined the socket while records were delivered. The bytes then belong to the connection.
void Engine::passOn(UnjoinedSocket& socket, Id id, uint8_t* bytes, size_t length) {
  const RecordHeader header{RecordKind::kData, 0, 0, 0, id, static_cast<uint32_t>(length), 0, 0};
  if (sockets_.find(id) == &socket) {
    if (inbox_.append(header, bytes)) return;
    deliver();
  }
  if (sockets_.find(id) == &socket) inbox_.append(header, bytes);
  else socket.handOver(bytes, length);
}

void Engine::onSocketFin(UnjoinedSocket& socket) {
  announce(socket.id);
  giveUpExchange(socket);
  report(RecordHeader{RecordKind::kFin, 0, 0, 0, socket.id, 0, 0, 0});
}

void Engine::onSocketFlushed(UnjoinedSocket& socket) {
  if (openExchangeOf(socket) != nullptr) return;
  report(RecordHeader{RecordKind::kFlushed, 0, 0, 0, socket.id, 0, 0, 0});
}

void Engine::onSocketClosed(UnjoinedSocket& socket) {
  announce(socket.id);
  giveUpExchange(socket);
  report(RecordHeader{RecordKind::kClosed, 0, 0, 0, socket.id, 0, socket.error(), 0});
  closedSockets_.push_back(socket.id);
}

}  // namespace sluice
