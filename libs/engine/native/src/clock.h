#pragma once

#include <uv.h>

namespace sluice {

/// A steady clock in milliseconds. Its creator sets the start value, so that it agrees with `performance.now()` of the
/// same process.
class Clock {
 public:
  explicit Clock(double nowMs) : offsetMs_(nowMs - steadyMs()) {}

  double nowMs() const { return steadyMs() + offsetMs_; }
  /// For tests, which cannot wait for hours.
  void advance(double milliseconds) { offsetMs_ += milliseconds; }

 private:
  static double steadyMs() { return static_cast<double>(uv_hrtime()) / 1e6; }

  double offsetMs_;
};

}  // namespace sluice
