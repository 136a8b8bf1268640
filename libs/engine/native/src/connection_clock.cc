#include "connection_clock.h"

#include <algorithm>
#include <cmath>

#include "token_bucket.h"

namespace sluice {
namespace {

// The wheel's clock does not advance while no timer runs. A connection without a deadline restarts its timer at this
// interval to keep the clock running.
constexpr double kMaxSleepMs = 60'000;

}  // namespace

ConnectionClock::ConnectionClock(TimingWheel& wheel, ConnectionClockEvents& events, const ConnectionTimes& times,
                                 double (*random)())
    : WheelTimer(wheel),
      events_(events),
      startedAtMs_(wheel.clock().nowMs()),
      pingAtMs_(startedAtMs_ + times.pingIntervalMs * (1 - random() / 2)),
      endsAtMs_(startedAtMs_ + times.maxLifetimeMs * (1 - random() / 10)),
      idleMs_(static_cast<float>(times.idleMs)),
      pingIntervalMs_(static_cast<float>(times.pingIntervalMs)) {}

void ConnectionClock::start() {
  if (!isStopped_ && !isRunning()) startTimer(wheel().clock().nowMs());
}

void ConnectionClock::limitTo(double milliseconds) {
  const double nowMs = wheel().clock().nowMs();
  if (isStopped_ || (isLimited_ && nowMs + milliseconds >= endsAtMs_)) return;
  isLimited_ = true;
  endsAtMs_ = nowMs + milliseconds;
  startTimer(nowMs);
}

void ConnectionClock::renewLimit(double milliseconds) {
  isLimited_ = false;
  limitTo(milliseconds);
}

void ConnectionClock::stop() {
  isStopped_ = true;
  WheelTimer::stop();
}

void ConnectionClock::onTimer() {
  if (reportDue() && !isStopped_) startTimer(wheel().nowMs());
}

bool ConnectionClock::reportDue() {
  const double nowMs = wheel().nowMs();
  if (isLimited_) {
    if (nowMs < endsAtMs_) return true;
    events_.onEndDue();
    return false;
  }
  if (nowMs >= endsAtMs_) {
    events_.onLifetimeDue();
  } else if (nowMs >= idleAtMs()) {
    events_.onIdleDue();
  } else if (nowMs >= pingAtMs_) {
    pingAtMs_ = nowMs + pingIntervalMs_;
    events_.onPingDue();
  }
  return true;
}

double ConnectionClock::idleAtMs() {
  if (idleMs_ == kUnlimited) return kUnlimited;
  const double lastMs = events_.lastActivityAtMs();
  return (std::isnan(lastMs) ? startedAtMs_ : lastMs) + idleMs_;
}

void ConnectionClock::startTimer(double nowMs) {
  const double nextMs = isLimited_ ? endsAtMs_ : std::min({endsAtMs_, idleAtMs(), pingAtMs_, nowMs + kMaxSleepMs});
  WheelTimer::start(std::max(0.0, nextMs - nowMs));
}

}  // namespace sluice
