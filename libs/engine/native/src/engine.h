#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "clock.h"
#include "read_buffer.h"
#include "records.h"
#include "relay.h"
#include "slab.h"
#include "tap.h"
#include "timing_wheel.h"
#include "traffic_lane.h"

namespace sluice {

/// The side of the engine that JavaScript is on.
class EngineHost {
 public:
  /// Ends of connections, in their order; after it returns their slots are used again.
  virtual void onEnded(const EndedRecord* records, size_t count) = 0;
  /// Records of `Tap`.
  virtual void onTapped(const uint8_t* bytes, size_t length) = 0;
  /// Counters for `Engine::kSlotsPerPage` connections, two for each, in memory that outlives the engine; null: there is none.
  virtual Counters* createCountersPage() = 0;
  /// No connection uses the lane in this memory any more.
  virtual void onLaneIdle(LaneMemory* memory) = 0;
  /// The commands that were written since the last call, which takes them.
  virtual const uint8_t* takeCommands(size_t* length) = 0;
  /// All handles are closed.
  virtual void onClosed() = 0;

 protected:
  ~EngineHost() = default;
};

/// A bound of JavaScript, infinite where there is none.
inline uint64_t maxMessageBytesOf(double bytes) {
  return bytes < 9e15 ? static_cast<uint64_t>(bytes < 0 ? 0 : bytes) : UINT64_MAX;
}

struct AdoptInput {
  int clientDescriptor;
  int upstreamDescriptor;
  const uint8_t* clientHead;
  size_t clientHeadBytes;
  const uint8_t* upstreamHead;
  size_t upstreamHeadBytes;
  RelayLimits limits;
  LaneMemory* laneFromClient;
  LaneMemory* laneFromUpstream;
  ReservedBits reservedBits;
  OnRate onRate;
  uint64_t maxMessageBytes;
};

/// All connections that native code relays on one loop. It speaks with JavaScript once in a turn of the loop, whatever has happened in it:
/// commands are read before the loop waits for events, ends and taps are reported after sockets were read.
class Engine final : private RelayEvents {
 public:
  static constexpr size_t kSlotsPerPage = 1024;

  Engine(uv_loop_t* loop, double nowMs, EngineHost& host);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() = default;

  /// Joins two sockets, whose descriptors are the engine's from then on.
  ConnectionId adopt(const AdoptInput& input);
  size_t connections() const { return live_; }
  /// Executes the commands that were written; it is done before each wait for events, too.
  void runCommands();
  /// For tests.
  void advanceClock(double milliseconds);
  /// Drops all connections, reports their ends, and closes the handles of the engine.
  void close();

 private:
  struct Slot {
    Relay* relay = nullptr;
    uint32_t generation = 0;
  };

  void onRelayEnd(Relay& relay, const RelayEnd& end) override;
  void afterReading();
  void execute(const CommandHeader& command, const uint8_t* data);
  Relay* find(ConnectionId id);
  void free(ConnectionId id);
  bool takeSlot(uint32_t* slot);
  Counters* countersOf(uint32_t slot) { return pages_[slot / kSlotsPerPage] + 2 * (slot % kSlotsPerPage); }
  TrafficLane& takeLane(LaneMemory* memory);
  void giveLaneBack(TrafficLane& lane);
  void closeHandles();
  void onHandleClosed();

  uv_loop_t* loop_;
  EngineHost& host_;
  Clock clock_;
  TimingWheel wheel_;
  ReadBuffer readBuffer_;
  Tap tap_;
  Slab<Relay> relays_;
  std::unordered_map<LaneMemory*, std::unique_ptr<TrafficLane>> lanes_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> freeSlots_;
  std::vector<Counters*> pages_;
  std::vector<EndedRecord> ended_;
  size_t live_ = 0;
  uv_prepare_t prepare_;
  uv_check_t check_;
  int openHandles_ = 3;
  bool isClosing_ = false;
  bool areHandlesClosing_ = false;
};

}  // namespace sluice
