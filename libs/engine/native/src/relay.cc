#include "relay.h"

#include <cmath>
#include <cstring>
#include <random>

namespace sluice {
namespace {

constexpr uint16_t kGoingAway = 1001;
constexpr uint16_t kProtocolErrorCode = 1002;
// "Abnormal closure": the connection ended without a close frame (RFC 6455 §7.4.1).
constexpr uint16_t kAbnormalClosure = 1006;
constexpr uint16_t kPolicyViolation = 1008;
constexpr uint16_t kMessageTooBigCode = 1009;
constexpr uint16_t kTryAgainLater = 1013;

EndedBy endedBySide(Side side) { return side == Side::kClient ? EndedBy::kClient : EndedBy::kUpstream; }

const char* textOf(EndReason reason) {
  switch (reason) {
    case EndReason::kProtocolError:
      return "protocol error";
    case EndReason::kMessageTooBig:
      return "message too big";
    case EndReason::kMessageRate:
      return "message rate";
    case EndReason::kUpstreamLost:
      return "upstream lost";
    case EndReason::kMaximumLifetime:
      return "maximum lifetime";
    case EndReason::kIdleTimeout:
      return "idle timeout";
    case EndReason::kNone:
    case EndReason::kCommanded:
    case EndReason::kPingUnanswered:
      return "";
  }
  return "";
}

OwnFrame closeFrameFor(uint16_t code, EndReason reason, Side receiver) {
  const char* text = textOf(reason);
  return closeFrame(code, reinterpret_cast<const uint8_t*>(text), std::strlen(text), receiver);
}

// Jitter for the timers of connections. It need not be unpredictable, and a system call per number would cost more than
// the timers.
double randomFraction() {
  thread_local std::minstd_rand generator = [] {
    uint32_t seed = 0;
    randomBytes(reinterpret_cast<uint8_t*>(&seed), sizeof(seed));
    return std::minstd_rand(seed);
  }();
  return std::generate_canonical<double, 24>(generator);
}

}  // namespace

Relay::Relay(const RelayInput& input)
    : events_(input.events),
      parts_{{&input.client, &input.upstream},
             ConnectionLanes(input.laneFromClient, input.laneFromUpstream, input.narrowerLanes),
             input.counters,
             input.wheel,
             *this,
             {OwnPings(Side::kClient), OwnPings(Side::kUpstream)},
             input.onRate},
      toUpstream_(Side::kClient, parts_, input.reservedBits),
      toClient_(Side::kUpstream, parts_, input.reservedBits),
      clock_(input.wheel, *this, input.limits.times, randomFraction),
      closeTimeoutMs_(static_cast<float>(input.limits.closeTimeoutMs)),
      halfOpenTimeoutMs_(static_cast<float>(input.limits.halfOpenTimeoutMs)) {
  setMaxMessageBytes(input.maxMessageBytes);
}

void Relay::start(const uint8_t* clientHead, size_t clientBytes, const uint8_t* upstreamHead, size_t upstreamBytes) {
  for (const Side side : kSides) socketOf(side).setEvents(*this, side);
  clock_.start();
  if (clientBytes > 0) toUpstream_.onHead(clientHead, clientBytes);
  toUpstream_.readOn();
  if (upstreamBytes > 0) toClient_.onHead(upstreamHead, upstreamBytes);
  toClient_.readOn();
  for (const Side side : kSides) {
    if (socketOf(side).hasPeerEnded()) onFin(side);
    else if (socketOf(side).isClosing()) lose(side, EndReason::kNone);
  }
}

void Relay::setMaxMessageBytes(uint64_t bytes) {
  toUpstream_.follower().setMaxMessageBytes(bytes);
  toClient_.follower().setMaxMessageBytes(bytes);
}

void Relay::setNarrowerLanes(const ConnectionLanes::Narrower& lanes) {
  for (const Side side : kSides) directionFrom(side).leaveLanes();
  parts_.lanes.setNarrower(lanes);
  for (const Side side : kSides) directionFrom(side).onLanesChanged();
}

void Relay::setTap(Tap* tap) {
  if (tapEnds_ == nullptr) tapEnds_ = std::make_unique<TapEnds>();
  tapEnds_->ofClient.attach(tap, id.slot);
  tapEnds_->ofUpstream.attach(tap, id.slot);
  if (tap == nullptr) {
    for (const Side side : kSides) directionFrom(side).follower().stopObserving();
  } else {
    toUpstream_.follower().observe(tapEnds_->ofClient);
    toClient_.follower().observe(tapEnds_->ofUpstream);
  }
}

void Relay::close(uint16_t code, const uint8_t* reason, size_t reasonBytes) {
  closeBy(code, EndReason::kCommanded, reason, reasonBytes);
}

void Relay::closeBy(uint16_t code, EndReason reason, const uint8_t* text, size_t textBytes) {
  if (openSockets_ == 0) return;
  if (isClosingByGateway_) {
    // The gateway no longer waits for a peer that violated a rule.
    for (const Side side : kSides) directionTo(side).sendDeferredClose();
    return;
  }
  beginClose(code, reason);
  for (const Side side : kSides) directionTo(side).injectClose(closeFrame(code, text, textBytes, side));
  endFinishedSides();
}

void Relay::destroy() {
  for (const Side side : kSides) socketOf(side).destroy();
}

void Relay::beginClose(uint16_t code, EndReason reason) {
  isClosingByGateway_ = true;
  parts_.countersOf(Side::kClient).isClosing = 1;
  noteEnd(EndedBy::kGateway, code, reason);
  clock_.limitTo(closeTimeoutMs_);
}

// Ends the direction from the violator. Bytes that the other side has sent, and sends until it has closed too, are
// still forwarded to the violator. The close frame to the violator follows them.
void Relay::closeForViolation(Side violator, uint16_t code, EndReason reason) {
  if (isClosingByGateway_) {
    directionFrom(violator).sendDeferredClose();
    return;
  }
  violator_ = violator;
  beginClose(code, reason);
  directionTo(violator).deferClose(closeFrameFor(code, reason, violator));
  directionFrom(violator).injectClose(closeFrameFor(code, reason, otherSide(violator)));
  endFinishedSides();
}

void Relay::onViolation(Side from, FrameViolation violation) {
  if (violation == FrameViolation::kMessageTooBig)
    closeForViolation(from, kMessageTooBigCode, EndReason::kMessageTooBig);
  else closeForViolation(from, kProtocolErrorCode, EndReason::kProtocolError);
}

void Relay::onUnreadable(Side from) {
  static_cast<void>(from);
  endFinishedSides();
}

void Relay::onRateExceeded(Side from) { closeForViolation(from, kPolicyViolation, EndReason::kMessageRate); }

void Relay::onCloseSent(Side from) {
  // The close frame to the violator may have been deferred for most of the close timeout.
  if (violator_ == otherSide(from)) clock_.renewLimit(closeTimeoutMs_);
  endFinishedSides();
}

void Relay::onCloseFrame(Side from) {
  noteEnd(endedBySide(from), static_cast<uint16_t>(directionFrom(from).follower().closeCode()), EndReason::kNone);
  endFinishedSides();
  if (haveBothClosed()) clock_.limitTo(closeTimeoutMs_);
}

// Neither side sends anything more, so the first FIN closes both sockets. The gateway does not send the first one: the
// side that does keeps the port in TIME_WAIT (RFC 6455 §7.1.1).
bool Relay::haveBothClosed() { return toUpstream_.follower().hasClosed() && toClient_.follower().hasClosed(); }

// After the gateway has begun to close, a side gets the FIN (RFC 6455 §7.1.1) once it was sent all its bytes and has
// answered with a close frame. The gateway does not wait for a side whose frames can no longer be parsed (§7.1.7).
void Relay::endFinishedSides() {
  if (!isClosingByGateway_) return;
  for (const Side side : kSides) {
    if (directionFrom(side).isSenderDone() && !directionTo(side).isOpen()) part(side);
  }
}

// A side that has sent its close frame sends nothing more, so its socket need not be read to the end. If the system has
// taken all written bytes, closing the socket also sends the FIN, in one step instead of three.
void Relay::part(Side side) {
  Socket& socket = socketOf(side);
  if (directionFrom(side).follower().hasClosed() && !socket.isBehind()) socket.destroy();
  else socket.end();
}

void Relay::onSenderEnd(Side from) {
  Direction& fromIt = directionFrom(from);
  const Side other = otherSide(from);
  fromIt.sendDeferredClose();
  const bool hasNotifiedClient = from == Side::kUpstream && notifyClientOfLoss();
  noteEnd(endedBySide(from), kAbnormalClosure, lostSide_ == from ? lossReason_ : EndReason::kNone);
  fromIt.discard();
  if (isClosingByGateway_) {
    socketOf(other).end();
    endFinishedSides();
    return;
  }
  if (haveBothClosed()) {
    for (const Side side : kSides) part(side);
  } else {
    socketOf(other).end();
  }
  // A peer that was sent a close frame by the gateway has the same timeout as after any close frame. A peer that has
  // sent its own close frame has nothing left to send.
  const bool hasToClose = hasNotifiedClient || directionFrom(other).follower().hasClosed();
  clock_.limitTo(hasToClose ? closeTimeoutMs_ : halfOpenTimeoutMs_);
}

// Returns whether the client was sent 1013. It is not sent in the middle of a frame or after another close frame.
bool Relay::notifyClientOfLoss() {
  if (isClosingByGateway_ || toUpstream_.follower().hasClosed()) return false;
  if (!toClient_.follower().isAtBoundary()) return false;
  if (!toClient_.injectClose(closeFrameFor(kTryAgainLater, EndReason::kUpstreamLost, Side::kClient))) return false;
  noteEnd(EndedBy::kUpstream, kTryAgainLater, EndReason::kUpstreamLost);
  return true;
}

// A failed socket accepts no more bytes. The other socket is still sent all bytes that arrived before, then a FIN.
// Bytes that the rate holds back may pass until the close timeout.
void Relay::lose(Side side, EndReason reason) {
  if (!lostSide_) {
    lostSide_ = side;
    lossReason_ = reason;
  }
  socketOf(side).destroy();
  directionTo(side).discard();
  directionFrom(side).endSender();
  clock_.limitTo(closeTimeoutMs_);
}

void Relay::onData(Side side, uint8_t* bytes, size_t length) { directionFrom(side).onData(bytes, length); }

void Relay::onFin(Side side) { directionFrom(side).endSender(); }

void Relay::onFailed(Side side) { lose(side, EndReason::kNone); }

void Relay::onReady(Side side) { directionTo(side).onReceiverReady(); }

void Relay::onClosed(Side side) {
  openSockets_ -= 1;
  if (openSockets_ > 0) {
    if (!directionFrom(side).isSenderDone()) lose(side, EndReason::kNone);
    return;
  }
  clock_.stop();
  toUpstream_.end();
  toClient_.end();
  noteEnd(endedBySide(lostSide_.value_or(side)), kAbnormalClosure, EndReason::kNone);
  events_.onRelayEnd(*this, *end_);
}

void Relay::noteEnd(EndedBy endedBy, uint16_t closeCode, EndReason reason) {
  if (!end_) end_ = RelayEnd{endedBy, reason, closeCode};
}

// Drops the bytes that still wait. A deferred close frame is sent, and its receiver then has a full close timeout too.
void Relay::onEndDue() {
  const bool wasWaitingForClient = directionTo(Side::kClient).stopWaiting();
  const bool wasWaitingForUpstream = directionTo(Side::kUpstream).stopWaiting();
  if (wasWaitingForClient || wasWaitingForUpstream) clock_.renewLimit(closeTimeoutMs_);
  else destroy();
}

void Relay::onLifetimeDue() {
  const char* text = textOf(EndReason::kMaximumLifetime);
  closeBy(kGoingAway, EndReason::kMaximumLifetime, reinterpret_cast<const uint8_t*>(text), std::strlen(text));
}

void Relay::onIdleDue() {
  const char* text = textOf(EndReason::kIdleTimeout);
  closeBy(kGoingAway, EndReason::kIdleTimeout, reinterpret_cast<const uint8_t*>(text), std::strlen(text));
}

void Relay::onPingDue() {
  for (const Side side : kSides) {
    Keepalive& keepalive = side == Side::kClient ? clientKeepalive_ : upstreamKeepalive_;
    if (keepalive.beat(directionFrom(side), directionTo(side))) continue;
    lose(side, EndReason::kPingUnanswered);
    return;
  }
}

double Relay::lastActivityAtMs() {
  if (toUpstream_.isWaitingForRate() || toClient_.isWaitingForRate()) return parts_.wheel.nowMs();
  const double fromClient = toUpstream_.counters().lastActivityAtMs;
  const double fromUpstream = toClient_.counters().lastActivityAtMs;
  // The later of the two times; `fmax` ignores a NaN.
  return std::fmax(fromClient, fromUpstream);
}

}  // namespace sluice
