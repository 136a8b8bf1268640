#pragma once

#include <uv.h>

namespace sluice {

/// Milliseconds of a steady clock. It starts where its maker says, so that it agrees with `performance.now()` of the same process.
class Clock {
 public:
  explicit Clock(double nowMs) : offsetMs_(nowMs - steadyMs()) {}

  double nowMs() const { return steadyMs() + offsetMs_; }
  /// For tests, which can't wait for hours.
  void advance(double milliseconds) { offsetMs_ += milliseconds; }

 private:
  static double steadyMs() { return static_cast<double>(uv_hrtime()) / 1e6; }

  double offsetMs_;
};

}  // namespace sluice
