#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// Allows a number of tokens per second, with a burst of at most one second's tokens. It is in memory that JavaScript
/// shares: both take from the same bucket, on the same thread.
struct TokenBucket {
  /// NaN: no limit.
  double perSecond;
  double tokens;
  /// When the tokens were last counted, in milliseconds of the engine's clock.
  double filledAtMs;

  bool isLimited() const { return !std::isnan(perSecond); }

  /// The number of whole tokens that can be taken now.
  double available(double nowMs) {
    if (!isLimited()) return kUnlimited;
    const double elapsedMs = nowMs - filledAtMs;
    if (elapsedMs > 0) {
      tokens = std::min(perSecond, tokens + elapsedMs * perSecond / 1000);
      filledAtMs = nowMs;
    }
    return std::max(0.0, std::floor(tokens));
  }

  /// May take more than is available. No token is available then until the deficit is refilled.
  void take(double count) {
    if (isLimited()) tokens -= count;
  }
};

}  // namespace sluice
