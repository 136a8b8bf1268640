#pragma once

#include "../src/timing_wheel.h"
#include "manual_time.h"
#include "test_loop.h"

namespace sluice {

/// A wheel on a separate loop, with a clock that advances only on request.
class WheelOnLoop {
 public:
  WheelOnLoop() = default;
  WheelOnLoop(const WheelOnLoop&) = delete;
  WheelOnLoop& operator=(const WheelOnLoop&) = delete;
  ~WheelOnLoop() {
    bool isClosed = false;
    wheel.close(&isClosed, [](uv_handle_t* handle) { *static_cast<bool*>(handle->data) = true; });
    while (!isClosed) uv_run(loop.get(), UV_RUN_NOWAIT);
  }

  /// Advances the clock by so much and turns the wheel.
  void pass(double milliseconds) {
    time.advance(milliseconds);
    wheel.turnNow();
  }
  /// Advances the clock by so much, tick by tick, as in a process that keeps up.
  void passInTicks(double milliseconds) {
    for (double passed = 0; passed < milliseconds; passed += 25) pass(25);
  }
  /// Runs the loop, whose timers use the real time, until it has turned the wheel once.
  void runLoopUntilTick() {
    const double beforeMs = wheel.nowMs();
    time.advance(1);
    // The timer of the wheel does not keep the loop alive.
    uv_async_t keepAlive;
    uv_async_init(loop.get(), &keepAlive, nullptr);
    while (wheel.nowMs() == beforeMs) {
      uv_run(loop.get(), UV_RUN_NOWAIT);
      uv_sleep(1);
    }
    uv_close(reinterpret_cast<uv_handle_t*>(&keepAlive), nullptr);
    uv_run(loop.get(), UV_RUN_NOWAIT);
  }
  /// Whether a timer of the loop runs, which would use processor time.
  bool isTurning() {
    bool isActive = false;
    uv_walk(
        loop.get(), [](uv_handle_t* handle, void* data) { *static_cast<bool*>(data) |= uv_is_active(handle) != 0; },
        &isActive);
    return isActive;
  }

  ManualTime time;
  TestLoop loop;
  Clock clock{0};
  TimingWheel wheel{loop.get(), clock};
};

}  // namespace sluice
