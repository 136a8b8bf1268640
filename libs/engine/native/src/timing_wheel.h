#pragma once

#include <uv.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "clock.h"

namespace sluice {

class TimingWheel;

/// A timer of a wheel. It can be restarted any number of times. It stops when it is destroyed.
class WheelTimer {
 public:
  explicit WheelTimer(TimingWheel& wheel) : wheel_(wheel) {}
  WheelTimer(const WheelTimer&) = delete;
  WheelTimer& operator=(const WheelTimer&) = delete;

  /// Calls `onTimer` after `milliseconds`; replaces an earlier start.
  void start(double delayMs);
  /// Safe to call twice.
  void stop();
  bool isRunning() const { return link_ != nullptr; }

 protected:
  ~WheelTimer() { stop(); }
  TimingWheel& wheel() const { return wheel_; }
  virtual void onTimer() = 0;

 private:
  friend class TimingWheel;

  TimingWheel& wheel_;
  // While the timer runs, the pointer of its list that points to it: the head, or the `next_` of the timer before it.
  WheelTimer** link_ = nullptr;
  WheelTimer* next_ = nullptr;
  uint64_t dueTick_ = 0;
};

/// Many timers at the cost of one. The timers are linked into the slots of a wheel that one timer of the loop turns.
/// Starting, moving and stopping a timer only changes links, regardless of the number of timers (Varghese and Lauck,
/// "Hashed and Hierarchical Timing Wheels", 1987). A timer never fires early, and fires at most one tick of 25 ms late
/// in a process that keeps up.
class TimingWheel {
 public:
  TimingWheel(uv_loop_t* loop, Clock& clock);
  TimingWheel(const TimingWheel&) = delete;
  TimingWheel& operator=(const TimingWheel&) = delete;
  ~TimingWheel() = default;

  /// The clock in milliseconds as of the last tick. Reading it is free, with a precision of 25 ms. It does not advance
  /// while no timer runs.
  double nowMs() const { return nowMs_; }
  const Clock& clock() const { return clock_; }

  /// Must be called once per turn of the loop, after sockets were read.
  void fireAfterHalt();
  /// Fires the timers that are due after the clock was advanced.
  void turnNow();
  /// Closes the handle; `onClosed` is called once, in a later turn of the loop.
  void close(void* data, uv_close_cb onClosed);

 private:
  friend class WheelTimer;
  static constexpr double kTickMs = 25;
  static constexpr size_t kSlots = 512;

  void insert(WheelTimer& timer, double delayMs);
  void remove(WheelTimer& timer);
  void turn();
  void fire();
  void collectDue(WheelTimer* timer, uint64_t target);
  uint64_t tickAt(double nowMs) const;
  static void link(WheelTimer** head, WheelTimer& timer);
  static void unlink(WheelTimer& timer);

  Clock& clock_;
  uv_timer_t handle_;
  double originMs_;
  double nowMs_;
  uint64_t turnedTo_ = 0;
  size_t running_ = 0;
  bool isHalted_ = false;
  std::array<WheelTimer*, kSlots> slots_{};
  // The timers that are due and were not called yet.
  WheelTimer* due_ = nullptr;
};

}  // namespace sluice
