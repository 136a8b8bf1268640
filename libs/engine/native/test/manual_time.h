#pragma once

#include <cstdint>

namespace sluice {

/// While one exists, `uv_hrtime` returns its time, which stands still between two calls of `advance`. The loop's own timers use
/// the real time.
class ManualTime {
 public:
  ManualTime();
  ManualTime(const ManualTime&) = delete;
  ManualTime& operator=(const ManualTime&) = delete;
  ~ManualTime();

  void advance(double milliseconds);
};

}  // namespace sluice
