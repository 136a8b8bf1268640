// The requests that the engine sends to upstreams as soon as they are connected.

#include "engine.h"

namespace sluice {
namespace {

std::string_view textOf(const uint8_t* bytes, size_t length) { return {reinterpret_cast<const char*>(bytes), length}; }

const uint8_t* bytesOf(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

}  // namespace

UpstreamExchange* Engine::openExchangeOf(const UnjoinedSocket& socket) const {
  if (socket.id.slot >= exchanges_.size()) return nullptr;
  UpstreamExchange* exchange = exchanges_[socket.id.slot].get();
  return exchange == nullptr || exchange->isSwitched() ? nullptr : exchange;
}

void Engine::sendRequest(UnjoinedSocket& socket, UpstreamExchange& exchange) {
  const std::string request = exchange.takeRequest(uv_now(loop_));
  socket.write(bytesOf(request), request.size());
}

void Engine::takeAnswer(UnjoinedSocket& socket, UpstreamExchange& exchange, uint8_t* bytes, size_t length) {
  size_t restBytes = 0;
  switch (exchange.push(textOf(bytes, length), &restBytes)) {
    case UpstreamExchange::Progress::kMore:
      return;
    case UpstreamExchange::Progress::kOther:
      giveUpExchange(socket);
      return;
    case UpstreamExchange::Progress::kSwitched:
      break;
  }
  const Id id = socket.id;
  const SwitchingAnswer& answer = exchange.answer();
  const std::string values = answer.protocol + answer.extensions;
  report(RecordHeader{RecordKind::kSwitched, 0, 0, 0, id, static_cast<uint32_t>(values.size()), 0,
                      static_cast<uint32_t>(answer.protocol.size())},
         bytesOf(values));
  if (restBytes > 0) passOn(socket, id, bytes + (length - restBytes), restBytes);
}

// JavaScript reads the answer, from its first byte. If the request was not sent, the socket has failed to connect, and
// its close follows.
void Engine::giveUpExchange(UnjoinedSocket& socket) {
  UpstreamExchange* exchange = openExchangeOf(socket);
  if (exchange == nullptr || !exchange->isSent()) return;
  // No JavaScript may run between the two records.
  if (!inbox_.hasRoomFor(2, exchange->received().size())) deliver();
  const std::unique_ptr<UpstreamExchange> ended = takeBack(socket.id);
  if (ended == nullptr) return;
  const auto sentForMs = static_cast<uint32_t>(uv_now(loop_) - ended->sentAtMs());
  const std::string& received = ended->received();
  refUntilDelivered();
  inbox_.append(RecordHeader{RecordKind::kConnected, 0, 0, 0, socket.id, 0, 1, sentForMs}, nullptr);
  if (!received.empty()) {
    inbox_.append(RecordHeader{RecordKind::kData, 0, 0, 0, socket.id, static_cast<uint32_t>(received.size()), 0, 0},
                  bytesOf(received));
  }
  if (!inbox_.hasRoom()) deliver();
}

std::unique_ptr<UpstreamExchange> Engine::takeBack(Id id) {
  const UnjoinedSocket* socket = sockets_.find(id);
  if (socket == nullptr || openExchangeOf(*socket) == nullptr) return nullptr;
  return std::move(exchanges_[id.slot]);
}

void Engine::sendSwitchingAnswer(UnjoinedSocket& client, const UnjoinedSocket& upstream,
                                 const std::string& extraFields) {
  const Id id = upstream.id;
  if (id.slot >= exchanges_.size() || exchanges_[id.slot] == nullptr) return;
  const UpstreamExchange& exchange = *exchanges_[id.slot];
  if (exchange.isSwitched() && client.isWritable()) {
    const std::string head = composeSwitchingAnswer(exchange.answer(), extraFields);
    client.write(bytesOf(head), head.size());
  }
  freeExchange(id);
}

void Engine::freeExchange(Id id) {
  if (id.slot < exchanges_.size()) exchanges_[id.slot].reset();
}

}  // namespace sluice
