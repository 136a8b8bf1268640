#pragma once

#include <doctest/doctest.h>
#include <uv.h>

namespace sluice {

/// A loop that must have no handles when it is destroyed.
class TestLoop {
 public:
  TestLoop() { uv_loop_init(&loop_); }
  TestLoop(const TestLoop&) = delete;
  TestLoop& operator=(const TestLoop&) = delete;
  ~TestLoop() {
    uv_run(&loop_, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop_) == 0);
  }

  uv_loop_t* get() { return &loop_; }

  /// Runs for so many real milliseconds.
  void runFor(uint64_t milliseconds) {
    uv_timer_t timer;
    uv_timer_init(&loop_, &timer);
    uv_update_time(&loop_);
    uv_timer_start(
        &timer, [](uv_timer_t* done) { uv_close(reinterpret_cast<uv_handle_t*>(done), nullptr); }, milliseconds, 0);
    while (uv_is_active(reinterpret_cast<uv_handle_t*>(&timer)) != 0) uv_run(&loop_, UV_RUN_ONCE);
    uv_run(&loop_, UV_RUN_NOWAIT);
  }

 private:
  uv_loop_t loop_;
};

}  // namespace sluice
