#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "connection_clock.h"
#include "connection_lanes.h"
#include "counters.h"
#include "direction.h"
#include "keepalive.h"
#include "records.h"
#include "socket.h"
#include "tap.h"
#include "timing_wheel.h"

namespace sluice {

/// Timeouts in milliseconds.
struct RelayLimits {
  ConnectionTimes times;
  /// How long peers may take to finish after a close frame was sent or received, or after one side is gone.
  double closeTimeoutMs;
  /// How long one direction may continue after the other has ended with a FIN.
  double halfOpenTimeoutMs;
};

enum class EndedBy : uint8_t { kClient = 0, kUpstream = 1, kGateway = 2 };

/// Why the gateway ended a connection. For `kCommanded`, only the sender of the command knows the reason.
enum class EndReason : uint8_t {
  kNone = 0,
  kCommanded = 1,
  kProtocolError = 2,
  kMessageTooBig = 3,
  kMessageRate = 4,
  kUpstreamLost = 5,
  kMaximumLifetime = 6,
  kIdleTimeout = 7,
  kPingUnanswered = 8,
};

/// How a connection ended.
struct RelayEnd {
  EndedBy endedBy;
  EndReason reason;
  /// The first close code that was sent or received; 1005 for a close frame without a code, 1006 if there was no close
  /// frame.
  uint16_t closeCode;
};

class Relay;

class RelayEvents {
 public:
  /// Called once, when both sockets are closed. The callee may destroy the relay.
  virtual void onRelayEnd(Relay& relay, const RelayEnd& end) = 0;

 protected:
  ~RelayEvents() = default;
};

struct RelayInput {
  /// Both sockets are connected. The relay controls them from now on.
  Socket& client;
  Socket& upstream;
  TimingWheel& wheel;
  RelayEvents& events;
  RelayLimits limits;
  TrafficLane& laneFromClient;
  TrafficLane& laneFromUpstream;
  /// An array of two, the client's first.
  Counters* counters;
  ReservedBits reservedBits;
  OnRate onRate;
  uint64_t maxMessageBytes;
  ConnectionLanes::Narrower narrowerLanes{};
};

/// A connection: two joined sockets. Bytes are forwarded unchanged as long as they comply with RFC 6455 and the limits.
class Relay final : private SocketEvents, private DirectionEvents, private ConnectionClockEvents {
 public:
  explicit Relay(const RelayInput& input);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay() = default;

  /// The id that the owner assigns.
  Id id{0, 0};

  /// Starts to relay. The heads are the bytes that each side sent before the join.
  void start(const uint8_t* clientHead, size_t clientBytes, const uint8_t* upstreamHead, size_t upstreamBytes);

  /// Closes both sides with a close frame, each at a frame boundary. The sockets are closed after `closeTimeoutMs` at
  /// the latest. The reason is at most 123 bytes of UTF-8.
  void close(uint16_t code, const uint8_t* reason, size_t reasonBytes);
  /// Drops both sockets at once.
  void destroy();
  /// Takes effect from the next frame on.
  void setMaxMessageBytes(uint64_t bytes);
  /// Replaces the lanes of the key and the route. Bytes that wait for a rate are held to the new rates at once.
  void setNarrowerLanes(const ConnectionLanes::Narrower& lanes);
  /// Copies each frame that begins from now on; null stops copying.
  void setTap(Tap* tap);

  Socket& socketOf(Side side) { return parts_.socketOf(side); }
  const ConnectionLanes& lanes() const { return parts_.lanes; }
  /// The bytes of both directions that were read and that the system has not taken again.
  size_t bufferedBytes() const { return toUpstream_.bufferedBytes() + toClient_.bufferedBytes(); }

 private:
  void onData(Side side, uint8_t* bytes, size_t length) override;
  void onFin(Side side) override;
  void onFailed(Side side) override;
  void onReady(Side side) override;
  void onClosed(Side side) override;

  void onCloseFrame(Side from) override;
  void onSenderEnd(Side from) override;
  void onCloseSent(Side from) override;
  void onViolation(Side from, FrameViolation violation) override;
  void onUnreadable(Side from) override;
  void onRateExceeded(Side from) override;

  double lastActivityAtMs() override;
  void onEndDue() override;
  void onLifetimeDue() override;
  void onIdleDue() override;
  void onPingDue() override;

  Direction& directionFrom(Side side) { return side == Side::kClient ? toUpstream_ : toClient_; }
  Direction& directionTo(Side side) { return directionFrom(otherSide(side)); }

  void beginClose(uint16_t code, EndReason reason);
  void closeBy(uint16_t code, EndReason reason, const uint8_t* text, size_t textBytes);
  void closeForViolation(Side violator, uint16_t code, EndReason reason);
  bool haveBothClosed();
  void endFinishedSides();
  void part(Side side);
  void lose(Side side, EndReason reason);
  bool notifyClientOfLoss();
  void noteEnd(EndedBy endedBy, uint16_t closeCode, EndReason reason);

  // Only a connection that is tapped has these.
  struct TapEnds {
    TapEnd ofClient{Side::kClient};
    TapEnd ofUpstream{Side::kUpstream};
  };

  RelayEvents& events_;
  RelayParts parts_;
  Direction toUpstream_;
  Direction toClient_;
  Keepalive clientKeepalive_;
  Keepalive upstreamKeepalive_;
  ConnectionClock clock_;
  std::unique_ptr<TapEnds> tapEnds_;
  float closeTimeoutMs_;
  float halfOpenTimeoutMs_;
  std::optional<RelayEnd> end_;
  std::optional<Side> violator_;
  std::optional<Side> lostSide_;
  EndReason lossReason_ = EndReason::kNone;
  uint8_t openSockets_ = 2;
  bool isClosingByGateway_ = false;
};

}  // namespace sluice
