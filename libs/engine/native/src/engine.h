#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrivals.h"
#include "clock.h"
#include "connection_lanes.h"
#include "inbox.h"
#include "listener.h"
#include "read_buffer.h"
#include "records.h"
#include "relay.h"
#include "slab.h"
#include "slot_table.h"
#include "tap.h"
#include "timing_wheel.h"
#include "unjoined_socket.h"
#include "upstream_exchange.h"

namespace sluice {

/// The interface through which the engine calls JavaScript.
class EngineHost {
 public:
  /// The inbox holds records from `start` to `end`, in order.
  virtual void onRecords(size_t start, size_t end) = 0;
  /// Passes records of `Tap`.
  virtual void onTapped(const uint8_t* bytes, size_t length) = 0;
  /// Returns counters for `Engine::kSlotsPerPage` connections, two for each, in memory that outlives the engine; null
  /// if there is no memory.
  virtual Counters* createCountersPage() = 0;
  /// No connection uses the lane in this memory any more.
  virtual void onLaneIdle(LaneMemory* memory) = 0;
  /// Takes and returns the commands that were written since the last call.
  virtual const uint8_t* takeCommands(size_t* length) = 0;
  /// All handles are closed.
  virtual void onClosed() = 0;

 protected:
  ~EngineHost() = default;
};

/// Two sockets to join into a connection, and the settings of the connection.
struct JoinInput {
  Id client;
  Id upstream;
  /// The bytes that each side sent before the join.
  const uint8_t* clientHead;
  size_t clientHeadBytes;
  const uint8_t* upstreamHead;
  size_t upstreamHeadBytes;
  RelayLimits limits;
  LaneMemory* laneFromClient;
  LaneMemory* laneFromUpstream;
  NarrowerLanes<LaneMemory> narrowerLanes;
  ReservedBits reservedBits;
  OnRate onRate;
  uint64_t maxMessageBytes;
  /// The client gets the 101 of the upstream, if the engine has read it, with these further lines.
  std::string extraFields;
};

/// Converts a limit from JavaScript, where infinity means no limit.
inline uint64_t maxMessageBytesOf(double bytes) {
  return bytes < 9e15 ? static_cast<uint64_t>(bytes < 0 ? 0 : bytes) : UINT64_MAX;
}

/// All sockets and connections of native code on one loop. The engine exchanges data with JavaScript once per turn of
/// the loop, however many events occur in it: commands are read before the loop waits for events, and records are
/// delivered after sockets were read.
class Engine final : private RelayEvents, private UnjoinedSocketEvents, private ListenerEvents, private ArrivalsEvents {
 public:
  static constexpr size_t kSlotsPerPage = 1024;

  /// The inbox must hold at least `Inbox::kMinCapacity` bytes.
  Engine(uv_loop_t* loop, double nowMs, Inbox inbox, EngineHost& host);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() = default;

  /// Returns the number of a listener, or a libuv error. If it `readsUpgrades`, a client that sends an ordinary upgrade
  /// request at once is reported as `kUpgrade`, and any other as `kAccepted`, some milliseconds later.
  int64_t listen(const sockaddr* address, int backlog, bool readsUpgrades = false);
  /// Like `listen`, on a bound descriptor. The engine takes ownership of the descriptor.
  int64_t listenOn(int descriptor, int backlog, bool readsUpgrades = false);
  uint16_t portOf(uint32_t listener) const;
  void stopListening(uint32_t listener);

  /// Starts to connect and returns the id of the socket. An `exchange` is begun as soon as it is connected. An ordinary 101
  /// is reported as `kSwitched`, and is sent to the client at the join; any other outcome is reported as `kConnected`, and
  /// what follows as for any other socket.
  Id connect(const sockaddr* address, std::unique_ptr<UpstreamExchange> exchange = nullptr);
  /// Ends an exchange whose outcome was not reported; null if there is none. Afterwards the socket is like any other one:
  /// its `kConnected` follows only if the request was not sent.
  std::unique_ptr<UpstreamExchange> takeBack(Id socket);
  double millisecondsSince(uint64_t loopMs) const { return static_cast<double>(uv_now(loop_) - loopMs); }
  /// Takes ownership of a connected descriptor.
  Id adopt(int descriptor);
  /// The operations on an unjoined socket. They do nothing if the socket is gone.
  ///
  /// `write` returns false if some bytes are queued; a record reports when the system has taken all of them.
  bool write(Id socket, const uint8_t* bytes, size_t length);
  void end(Id socket);
  void pause(Id socket);
  void resume(Id socket);
  void destroy(Id socket);
  void reset(Id socket);
  /// Returns a descriptor of the same connection for a new owner, or -1 if the socket is gone or has pending writes.
  /// The socket is destroyed in either case.
  int release(Id socket);

  /// Joins two sockets. No more records of these sockets are reported. Returns an id of zeros if one of them is gone.
  Id join(const JoinInput& input);
  /// Replaces the lanes of the key and the route of a connection; does nothing if it has ended.
  void setNarrowerLanes(Id connection, const NarrowerLanes<LaneMemory>& lanes);
  /// The bytes that a connection holds; 0 if it has ended.
  size_t bufferedBytes(Id connection) const {
    const Relay* relay = connections_.find(connection);
    return relay == nullptr ? 0 : relay->bufferedBytes();
  }
  /// Whether a connection uses the lane in this memory.
  bool usesLane(LaneMemory* memory) const { return lanes_.count(memory) > 0; }
  /// The number of relayed connections; `unjoinedSockets` is the number of sockets that are not joined.
  size_t connections() const { return connections_.size(); }
  size_t unjoinedSockets() const { return sockets_.size(); }

  /// Executes the written commands. The engine also does this before each wait for events.
  void runCommands();
  /// The range of the inbox from `start` to `end`.
  struct Records {
    size_t start;
    size_t end;
  };
  /// The records that are not delivered yet. A caller that reads a record sets its kind to `kTaken`.
  Records undelivered() const { return Records{delivered_, inbox_.length()}; }
  /// Whether one of two sockets has a record that was not read yet.
  bool hasUnread(Id one, Id other) const { return inbox_.hasUntaken(reading_, one, other); }
  /// For tests.
  void advanceClock(double milliseconds);
  /// Drops all sockets and connections, reports their ends, and closes the handles of the engine.
  void close();

 private:
  void onConnection(Listener& listener) override;
  void onAccepted(Listener& listener, int descriptor, const sockaddr* peer) override;
  void onAcceptFailed(Listener& listener, int error) override;
  void onListenerClosed(Listener& listener) override;
  void onArrivalsDue() override;
  void onSocketConnected(UnjoinedSocket& socket) override;
  void onSocketData(UnjoinedSocket& socket, uint8_t* bytes, size_t length) override;
  void onSocketFin(UnjoinedSocket& socket) override;
  void onSocketFlushed(UnjoinedSocket& socket) override;
  void onSocketClosed(UnjoinedSocket& socket) override;
  void onRelayEnd(Relay& relay, const RelayEnd& end) override;

  template <typename Start>
  int64_t addListener(bool readsUpgrades, Start start);
  UnjoinedSocket* createSocket();
  UpstreamExchange* openExchangeOf(const UnjoinedSocket& socket) const;
  void sendRequest(UnjoinedSocket& socket, UpstreamExchange& exchange);
  void takeAnswer(UnjoinedSocket& socket, UpstreamExchange& exchange, uint8_t* bytes, size_t length);
  void giveUpExchange(UnjoinedSocket& socket);
  void sendSwitchingAnswer(UnjoinedSocket& client, const UnjoinedSocket& upstream, const std::string& extraFields);
  void freeExchange(Id socket);
  void passOn(UnjoinedSocket& socket, Id id, uint8_t* bytes, size_t length);
  void addArrival(const Listener& listener, UnjoinedSocket& socket, const sockaddr* peer);
  bool takeUpgrade(const UnjoinedSocket& socket, const uint8_t* bytes, size_t length);
  void announce(Id socket);
  void reportAccepted(const std::optional<Arrival>& arrival);
  void report(const RecordHeader& header, const uint8_t* data = nullptr);
  void reportEnd(const RecordHeader& header);
  void refUntilDelivered();
  void takeWaitingEnds();
  void reportCommandedEnds();
  void beforeWaiting();
  void afterReading();
  void deliver();
  void settle();
  void freeEnded();
  void freeConnection(Id id);
  void execute(const CommandHeader& command, const uint8_t* data);
  bool hasCountersFor(uint32_t slot);
  Counters* countersOf(uint32_t slot) { return pages_[slot / kSlotsPerPage] + 2 * (slot % kSlotsPerPage); }
  TrafficLane& takeLane(LaneMemory* memory);
  ConnectionLanes::Narrower takeLanes(const NarrowerLanes<LaneMemory>& memories);
  void giveLaneBack(TrafficLane& lane);
  void giveLanesBack(const ConnectionLanes::Narrower& lanes);
  bool isIdle() const { return connections_.size() == 0 && sockets_.size() == 0 && openListeners_ == 0; }
  void closeHandles();
  void onHandleClosed();

  uv_loop_t* loop_;
  EngineHost& host_;
  Inbox inbox_;
  Clock clock_;
  TimingWheel wheel_;
  Arrivals arrivals_{wheel_, *this};
  ReadBuffer readBuffer_;
  Tap tap_;
  Slab<UnjoinedSocket> socketMemory_;
  Slab<Relay> relayMemory_;
  SlotTable<UnjoinedSocket> sockets_;
  SlotTable<Relay> connections_;
  // By the slot of the upstream's socket.
  std::vector<std::unique_ptr<UpstreamExchange>> exchanges_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_map<LaneMemory*, std::unique_ptr<TrafficLane>> lanes_;
  std::vector<Counters*> pages_;
  // Ends that do not fit into the inbox yet.
  std::vector<RecordHeader> waitingEnds_;
  // Ends of connections that commands closed, some of which are reported in each turn.
  std::vector<RecordHeader> commandedEnds_;
  // The number of connections that commands closed since the last of these reports.
  size_t closeCommands_ = 0;
  // Sockets and connections whose end was recorded, until the record is delivered.
  std::vector<Id> closedSockets_;
  std::vector<Id> endedConnections_;
  uv_prepare_t prepare_;
  uv_check_t check_;
  // Active while commanded ends wait.
  uv_idle_t endsWait_;
  size_t openListeners_ = 0;
  // The offset up to which the inbox is delivered.
  size_t delivered_ = 0;
  // The offset of the records that are being read.
  size_t reading_ = 0;
  int openHandles_ = 4;
  bool isDelivering_ = false;
  bool isClosing_ = false;
  bool areHandlesClosing_ = false;
};

}  // namespace sluice
