#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// Allows so many of something a second, and what was not used of the last second at once. It lies in memory that JavaScript shares:
/// both take from the same bucket, on the same thread.
struct TokenBucket {
  /// NaN: no limit.
  double perSecond;
  double tokens;
  /// When the tokens were counted, in milliseconds of the engine's clock.
  double filledAtMs;

  bool isLimited() const { return !std::isnan(perSecond); }

  /// Whole tokens that can be taken now.
  double available(double nowMs) {
    if (!isLimited()) return kUnlimited;
    const double elapsedMs = nowMs - filledAtMs;
    if (elapsedMs > 0) {
      tokens = std::min(perSecond, tokens + elapsedMs * perSecond / 1000);
      filledAtMs = nowMs;
    }
    return std::max(0.0, std::floor(tokens));
  }

  /// May take more than is available: nothing is available then until that much has come in.
  void take(double count) {
    if (isLimited()) tokens -= count;
  }
};

}  // namespace sluice
