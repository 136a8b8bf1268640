#pragma once

#include "timing_wheel.h"

namespace sluice {

/// Durations in milliseconds; infinity disables one.
struct ConnectionTimes {
  /// The maximum time without data and without a control frame that a peer sent itself.
  double idleMs;
  double maxLifetimeMs;
  double pingIntervalMs;
};

/// The interface through which a clock queries and notifies its connection.
class ConnectionClockEvents {
 public:
  /// The time, on the wheel's clock, when either peer last sent anything except a pong to the gateway's ping; NaN:
  /// never.
  virtual double lastActivityAtMs() = 0;
  virtual void onEndDue() = 0;
  virtual void onLifetimeDue() = 0;
  virtual void onIdleDue() = 0;
  virtual void onPingDue() = 0;

 protected:
  ~ConnectionClockEvents() = default;
};

/// All timeouts of a connection, on one timer of a shared wheel. The timer runs until the earliest deadline. Deadlines
/// that moved in the meantime are checked only then, so data costs no timer operation.
class ConnectionClock : private WheelTimer {
 public:
  /// `random` returns numbers in [0, 1). They add jitter, so that connections that opened together do not close or ping
  /// at the same moment.
  ConnectionClock(TimingWheel& wheel, ConnectionClockEvents& events, const ConnectionTimes& times, double (*random)());

  void start();
  /// Cancels all deadlines except the end, which is due in at most `milliseconds`.
  void limitTo(double milliseconds);
  /// Sets the end to `milliseconds` from now and replaces an earlier limit.
  void renewLimit(double milliseconds);
  void stop();

 private:
  void onTimer() override;
  /// Returns false once the end is due; no other deadline is checked afterwards.
  bool reportDue();
  double idleAtMs();
  void startTimer(double nowMs);

  ConnectionClockEvents& events_;
  double startedAtMs_;
  double pingAtMs_;
  // The end of the lifetime, until a limit takes its place.
  double endsAtMs_;
  float idleMs_;
  float pingIntervalMs_;
  bool isLimited_ = false;
  bool isStopped_ = false;
};

}  // namespace sluice
