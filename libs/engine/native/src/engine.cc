#include "engine.h"

#include <algorithm>
#include <cstring>

namespace sluice {
namespace {

constexpr size_t kRecordsPerCall = 32;
// The first ends of a process take JavaScript 50 us each and more, and a revocation can close thousands of connections.
// Close frames are sent, and frames of other connections are relayed, between two of these batches.
constexpr size_t kCommandedEndsPerTurn = 32;

}  // namespace

Engine::Engine(uv_loop_t* loop, double nowMs, Inbox inbox, EngineHost& host)
    : loop_(loop), host_(host), inbox_(inbox), clock_(nowMs), wheel_(loop, clock_) {
  uv_prepare_init(loop, &prepare_);
  uv_check_init(loop, &check_);
  uv_idle_init(loop, &endsWait_);
  prepare_.data = check_.data = endsWait_.data = this;
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) { static_cast<Engine*>(handle->data)->beforeWaiting(); });
  uv_check_start(&check_, [](uv_check_t* handle) { static_cast<Engine*>(handle->data)->afterReading(); });
  // Sockets keep the process alive; this handle does not.
  uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
  uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
}

Id Engine::join(const JoinInput& input) {
  UnjoinedSocket* client = sockets_.find(input.client);
  UnjoinedSocket* upstream = sockets_.find(input.upstream);
  const uint32_t slot = connections_.nextSlot();
  if (client == nullptr || upstream == nullptr || client == upstream) return Id{0, 0};
  if (client->isClosed() || upstream->isClosed() || !hasCountersFor(slot)) return Id{0, 0};
  Counters* counters = countersOf(slot);
  counters[0] = Counters{};
  counters[1] = Counters{};
  const RelayInput relayInput{*client,
                              *upstream,
                              wheel_,
                              *this,
                              input.limits,
                              takeLane(input.laneFromClient),
                              takeLane(input.laneFromUpstream),
                              counters,
                              input.reservedBits,
                              input.onRate,
                              input.maxMessageBytes,
                              takeLanes(input.narrowerLanes)};
  Relay* relay = relayMemory_.create(relayInput);
  const Id id = connections_.add(relay);
  relay->id = id;
  sendSwitchingAnswer(*client, *upstream, input.extraFields);
  sockets_.remove(client->id);
  sockets_.remove(upstream->id);
  relay->start(input.clientHead, input.clientHeadBytes, input.upstreamHead, input.upstreamHeadBytes);
  if (isClosing_) relay->destroy();
  return id;
}

bool Engine::hasCountersFor(uint32_t slot) {
  if (slot / kSlotsPerPage < pages_.size()) return true;
  Counters* page = host_.createCountersPage();
  if (page != nullptr) pages_.push_back(page);
  return page != nullptr;
}

// The relay is destroyed only after its end was reported, because the caller may be one of its methods.
void Engine::onRelayEnd(Relay& relay, const RelayEnd& end) {
  const RecordHeader header{RecordKind::kEnded,
                            static_cast<uint8_t>(end.endedBy),
                            static_cast<uint8_t>(end.reason),
                            0,
                            relay.id,
                            0,
                            end.closeCode,
                            0};
  refUntilDelivered();
  if (end.reason == EndReason::kCommanded) commandedEnds_.push_back(header);
  else reportEnd(header);
}

// The last sockets may be gone, but the loop must not exit before the recorded events are delivered.
void Engine::refUntilDelivered() { uv_ref(reinterpret_cast<uv_handle_t*>(&check_)); }

// There is always room for one record of a socket. Making room before the append would be wrong: JavaScript may join
// the socket while records are delivered, and then the bytes would belong to the connection.
void Engine::report(const RecordHeader& header, const uint8_t* data) {
  refUntilDelivered();
  inbox_.append(header, data);
  if (!inbox_.hasRoom()) deliver();
}

// Any number of connections can end while records are delivered or commands are executed. JavaScript is not called for
// them here.
void Engine::reportEnd(const RecordHeader& header) {
  endedConnections_.push_back(header.id);
  waitingEnds_.push_back(header);
  if (!isDelivering_) takeWaitingEnds();
}

void Engine::takeWaitingEnds() {
  size_t taken = 0;
  while (taken < waitingEnds_.size() && inbox_.hasRoom()) inbox_.append(waitingEnds_[taken++], nullptr);
  waitingEnds_.erase(waitingEnds_.begin(), waitingEnds_.begin() + static_cast<std::ptrdiff_t>(taken));
}

// Other ends are reported at once, because their slots may be needed: a client that has lost its upstream connects again.
// While many connections are being closed, none is reported, so that no close frame waits for the work on ends.
void Engine::reportCommandedEnds() {
  const bool areManyClosing = closeCommands_ > kCommandedEndsPerTurn;
  closeCommands_ = 0;
  const size_t count = areManyClosing ? 0 : std::min(commandedEnds_.size(), kCommandedEndsPerTurn);
  const auto end = commandedEnds_.begin() + static_cast<std::ptrdiff_t>(count);
  std::for_each(commandedEnds_.begin(), end, [this](const RecordHeader& header) { reportEnd(header); });
  commandedEnds_.erase(commandedEnds_.begin(), end);
  // The loop does not wait for events while an idle handle is active.
  if (commandedEnds_.empty()) uv_idle_stop(&endsWait_);
  else uv_idle_start(&endsWait_, [](uv_idle_t*) {});
}

void Engine::deliver() {
  if (isDelivering_) return;
  isDelivering_ = true;
  // JavaScript runs its deferred work between two of these calls. A request is thus admitted before the requests of a
  // later batch are handled, so that requests that arrive together do not count as a crowd and reject one another.
  while (delivered_ < inbox_.length()) {
    reading_ = delivered_;
    delivered_ = inbox_.endOfBatch(reading_, kRecordsPerCall);
    host_.onRecords(reading_, delivered_);
    if (delivered_ < inbox_.length()) continue;
    inbox_.clear();
    delivered_ = 0;
    reading_ = 0;
    takeWaitingEnds();
  }
  isDelivering_ = false;
}

void Engine::afterReading() {
  wheel_.fireAfterHalt();
  if (tap_.length() > 0) {
    host_.onTapped(tap_.bytes(), tap_.length());
    tap_.clear();
  }
  settle();
}

// Handles are closed at the end of a turn, and the loop may then wait for a long time. Sockets and connections that
// ended are therefore settled before the wait.
void Engine::beforeWaiting() {
  reportCommandedEnds();
  settle();
  runCommands();
}

void Engine::settle() {
  deliver();
  freeEnded();
  if (isClosing_ && isIdle()) closeHandles();
  else if (!isClosing_ && inbox_.length() == 0 && commandedEnds_.empty())
    uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
}

// No method of these objects is on the stack here, and their last records were delivered.
void Engine::freeEnded() {
  for (const Id id : closedSockets_) {
    UnjoinedSocket* socket = sockets_.find(id);
    if (socket == nullptr) continue;
    freeExchange(id);
    sockets_.remove(id);
    socketMemory_.destroy(socket);
  }
  closedSockets_.clear();
  for (const Id id : endedConnections_) freeConnection(id);
  endedConnections_.clear();
}

void Engine::freeConnection(Id id) {
  Relay* relay = connections_.find(id);
  if (relay == nullptr) return;
  TrafficLane& fromClient = relay->lanes().ofTenant(Side::kClient);
  TrafficLane& fromUpstream = relay->lanes().ofTenant(Side::kUpstream);
  const ConnectionLanes::Narrower narrower = relay->lanes().narrower();
  // The sockets of a connection were created as unjoined ones.
  auto& client = static_cast<UnjoinedSocket&>(relay->socketOf(Side::kClient));
  auto& upstream = static_cast<UnjoinedSocket&>(relay->socketOf(Side::kUpstream));
  connections_.remove(id);
  relayMemory_.destroy(relay);
  socketMemory_.destroy(&client);
  socketMemory_.destroy(&upstream);
  giveLaneBack(fromClient);
  giveLaneBack(fromUpstream);
  giveLanesBack(narrower);
}

void Engine::runCommands() {
  size_t length = 0;
  const uint8_t* commands = host_.takeCommands(&length);
  size_t offset = 0;
  while (length - offset >= sizeof(CommandHeader)) {
    CommandHeader command;
    std::memcpy(&command, commands + offset, sizeof(command));
    const size_t start = offset + sizeof(command);
    if (length - start < paddedBytes(command.dataBytes)) return;
    execute(command, commands + start);
    offset = start + paddedBytes(command.dataBytes);
  }
}

void Engine::execute(const CommandHeader& command, const uint8_t* data) {
  Relay* found = connections_.find(command.id);
  if (found == nullptr) return;
  Relay& relay = *found;
  switch (command.kind) {
    case CommandKind::kClose:
      closeCommands_ += 1;
      relay.close(command.closeCode, data, command.dataBytes);
      return;
    case CommandKind::kMaxMessageBytes: {
      double bytes = kUnlimited;
      if (command.dataBytes >= sizeof(bytes)) std::memcpy(&bytes, data, sizeof(bytes));
      relay.setMaxMessageBytes(maxMessageBytesOf(bytes));
      return;
    }
    case CommandKind::kTap:
      relay.setTap(command.flag == 0 ? nullptr : &tap_);
      return;
    case CommandKind::kDestroy:
      relay.destroy();
      return;
  }
}

void Engine::advanceClock(double milliseconds) {
  clock_.advance(milliseconds);
  wheel_.turnNow();
}

void Engine::close() {
  if (isClosing_) return;
  isClosing_ = true;
  for (const std::unique_ptr<Listener>& listener : listeners_) {
    if (listener != nullptr) listener->close();
  }
  connections_.forEach([](Relay& relay) { relay.destroy(); });
  sockets_.forEach([](UnjoinedSocket& socket) { socket.destroy(); });
  // The loop must reach its next turn, in which the ends are reported.
  uv_ref(reinterpret_cast<uv_handle_t*>(&check_));
  if (isIdle()) closeHandles();
}

void Engine::closeHandles() {
  if (areHandlesClosing_) return;
  areHandlesClosing_ = true;
  arrivals_.stop();
  const uv_close_cb onClosed = [](uv_handle_t* handle) { static_cast<Engine*>(handle->data)->onHandleClosed(); };
  uv_close(reinterpret_cast<uv_handle_t*>(&prepare_), onClosed);
  uv_close(reinterpret_cast<uv_handle_t*>(&check_), onClosed);
  uv_close(reinterpret_cast<uv_handle_t*>(&endsWait_), onClosed);
  wheel_.close(this, onClosed);
}

void Engine::onHandleClosed() {
  openHandles_ -= 1;
  if (openHandles_ == 0) host_.onClosed();
}

}  // namespace sluice
