#pragma once

#include <limits>

namespace sluice {

/// The rate of a bucket without a limit.
constexpr double kNoRate = std::numeric_limits<double>::quiet_NaN();

}  // namespace sluice
