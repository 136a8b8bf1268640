#pragma once

#include "timing_wheel.h"

namespace sluice {

/// Milliseconds; infinite: never.
struct ConnectionTimes {
  /// Without data or a control frame of either peer's own.
  double idleMs;
  double maxLifetimeMs;
  double pingIntervalMs;
};

/// What a clock asks its connection, and reports to it.
class ConnectionClockEvents {
 public:
  /// When either peer last sent anything but a pong to the gateway's own ping, by the wheel's clock; NaN: never.
  virtual double lastActivityAtMs() = 0;
  virtual void onEndDue() = 0;
  virtual void onLifetimeDue() = 0;
  virtual void onIdleDue() = 0;
  virtual void onPingDue() = 0;

 protected:
  ~ConnectionClockEvents() = default;
};

/// All that a connection waits for, with one timer on a shared wheel: the timer runs to whatever is next, and what has moved meanwhile
/// is looked at then, so that data costs no timer anything.
class ConnectionClock : private WheelTimer {
 public:
  /// `random` gives numbers in [0, 1): connections that came together neither go together nor ping in the same moment.
  ConnectionClock(TimingWheel& wheel, ConnectionClockEvents& events, const ConnectionTimes& times, double (*random)());

  void start();
  /// From now on nothing is waited for but the end, in so many milliseconds at most.
  void limitTo(double milliseconds);
  /// Limits the time to the end to `milliseconds` from now, in place of an earlier limit.
  void renewLimit(double milliseconds);
  void stop();

 private:
  void onTimer() override;
  /// False once the end is due: nothing is waited for any more.
  bool reportDue();
  double idleAtMs();
  void startTimer(double nowMs);

  TimingWheel& wheel_;
  ConnectionClockEvents& events_;
  double startedAtMs_;
  double idleMs_;
  double pingIntervalMs_;
  double lifetimeEndsAtMs_;
  double pingAtMs_;
  double endAtMs_;
  bool isStopped_ = false;
};

}  // namespace sluice
