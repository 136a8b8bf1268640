#include "engine.h"

#include <cstring>

namespace sluice {

Engine::Engine(uv_loop_t* loop, double nowMs, EngineHost& host)
    : loop_(loop), host_(host), clock_(nowMs), wheel_(loop, clock_) {
  uv_prepare_init(loop, &prepare_);
  uv_check_init(loop, &check_);
  prepare_.data = check_.data = this;
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) { static_cast<Engine*>(handle->data)->runCommands(); });
  uv_check_start(&check_, [](uv_check_t* handle) { static_cast<Engine*>(handle->data)->afterReading(); });
  // Connections keep the process alive, not the engine beside them.
  uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
  uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
}

ConnectionId Engine::adopt(const AdoptInput& input) {
  uint32_t slot = 0;
  if (!takeSlot(&slot)) return ConnectionId{0, 0};
  Counters* counters = countersOf(slot);
  counters[0] = Counters{};
  counters[1] = Counters{};
  const RelayInput relayInput{wheel_,
                              readBuffer_,
                              *this,
                              input.limits,
                              takeLane(input.laneFromClient),
                              takeLane(input.laneFromUpstream),
                              counters,
                              input.reservedBits,
                              input.onRate,
                              input.maxMessageBytes};
  Relay* relay = relays_.create(relayInput);
  relay->slot = slot;
  slots_[slot].relay = relay;
  live_ += 1;
  const ConnectionId id{slot, slots_[slot].generation};
  relay->start(loop_, input.clientDescriptor, input.upstreamDescriptor);
  relay->passHeads(input.clientHead, input.clientHeadBytes, input.upstreamHead, input.upstreamHeadBytes);
  if (isClosing_) relay->destroy();
  return id;
}

bool Engine::takeSlot(uint32_t* slot) {
  if (freeSlots_.empty()) {
    Counters* page = host_.createCountersPage();
    if (page == nullptr) return false;
    pages_.push_back(page);
    const size_t first = slots_.size();
    slots_.resize(first + kSlotsPerPage);
    for (size_t index = kSlotsPerPage; index > 0; index -= 1) {
      // The first generation is 1, so that an id of zeros names nothing.
      slots_[first + index - 1].generation = 1;
      freeSlots_.push_back(static_cast<uint32_t>(first + index - 1));
    }
  }
  *slot = freeSlots_.back();
  freeSlots_.pop_back();
  return true;
}

TrafficLane& Engine::takeLane(LaneMemory* memory) {
  std::unique_ptr<TrafficLane>& lane = lanes_[memory];
  if (lane == nullptr) lane = std::make_unique<TrafficLane>(wheel_, memory);
  lane->connections += 1;
  return *lane;
}

void Engine::giveLaneBack(TrafficLane& lane) {
  lane.connections -= 1;
  if (lane.connections > 0) return;
  LaneMemory* memory = lane.memory();
  lanes_.erase(memory);
  host_.onLaneIdle(memory);
}

// The relay is destroyed once its end was reported: what called this may still be in it.
void Engine::onRelayEnd(Relay& relay, const RelayEnd& end) {
  const ConnectionId id{relay.slot, slots_[relay.slot].generation};
  ended_.push_back(EndedRecord{id, end.closeCode, end.endedBy, end.reason, 0});
}

void Engine::runCommands() {
  size_t length = 0;
  const uint8_t* commands = host_.takeCommands(&length);
  size_t offset = 0;
  while (length - offset >= sizeof(CommandHeader)) {
    CommandHeader command;
    std::memcpy(&command, commands + offset, sizeof(command));
    const size_t start = offset + sizeof(command);
    if (length - start < command.dataBytes) break;
    execute(command, commands + start);
    offset = start + ((size_t{command.dataBytes} + 7) & ~size_t{7});
    if (offset > length) break;
  }
}

void Engine::execute(const CommandHeader& command, const uint8_t* data) {
  Relay* relay = find(command.id);
  if (relay == nullptr) return;
  switch (command.kind) {
    case CommandKind::kClose:
      relay->close(command.closeCode, data, command.dataBytes);
      return;
    case CommandKind::kMaxMessageBytes: {
      double bytes = kUnlimited;
      if (command.dataBytes >= sizeof(bytes)) std::memcpy(&bytes, data, sizeof(bytes));
      relay->setMaxMessageBytes(maxMessageBytesOf(bytes));
      return;
    }
    case CommandKind::kTap:
      relay->setTap(command.flag == 0 ? nullptr : &tap_);
      return;
    case CommandKind::kDestroy:
      relay->destroy();
      return;
  }
}

Relay* Engine::find(ConnectionId id) {
  if (id.slot >= slots_.size() || slots_[id.slot].generation != id.generation) return nullptr;
  return slots_[id.slot].relay;
}

void Engine::afterReading() {
  wheel_.fireAfterHalt();
  if (tap_.length() > 0) {
    host_.onTapped(tap_.bytes(), tap_.length());
    tap_.clear();
  }
  if (!ended_.empty()) {
    std::vector<EndedRecord> records;
    records.swap(ended_);
    host_.onEnded(records.data(), records.size());
    for (const EndedRecord& record : records) free(record.id);
  }
  if (isClosing_ && live_ == 0) closeHandles();
}

void Engine::free(ConnectionId id) {
  Slot& slot = slots_[id.slot];
  TrafficLane& fromClient = slot.relay->laneFrom(Side::kClient);
  TrafficLane& fromUpstream = slot.relay->laneFrom(Side::kUpstream);
  relays_.destroy(slot.relay);
  slot.relay = nullptr;
  slot.generation += 1;
  if (slot.generation == 0) slot.generation = 1;
  freeSlots_.push_back(id.slot);
  live_ -= 1;
  giveLaneBack(fromClient);
  giveLaneBack(fromUpstream);
}

void Engine::advanceClock(double milliseconds) {
  clock_.advance(milliseconds);
  wheel_.turnNow();
}

void Engine::close() {
  if (isClosing_) return;
  isClosing_ = true;
  for (const Slot& slot : slots_) {
    if (slot.relay != nullptr) slot.relay->destroy();
  }
  // The loop has to come to its next turn, in which the ends are reported.
  uv_ref(reinterpret_cast<uv_handle_t*>(&check_));
  if (live_ == 0) closeHandles();
}

void Engine::closeHandles() {
  if (areHandlesClosing_) return;
  areHandlesClosing_ = true;
  const uv_close_cb onClosed = [](uv_handle_t* handle) { static_cast<Engine*>(handle->data)->onHandleClosed(); };
  uv_close(reinterpret_cast<uv_handle_t*>(&prepare_), onClosed);
  uv_close(reinterpret_cast<uv_handle_t*>(&check_), onClosed);
  wheel_.close(this, onClosed);
}

void Engine::onHandleClosed() {
  openHandles_ -= 1;
  if (openHandles_ == 0) host_.onClosed();
}

}  // namespace sluice
