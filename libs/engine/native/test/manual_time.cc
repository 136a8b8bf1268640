#include "manual_time.h"

#include <uv.h>

#include <atomic>
#include <ctime>

namespace {

std::atomic<bool> isManual{false};
std::atomic<uint64_t> manualNanoseconds{0};

uint64_t steadyNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

// A definition in the program takes precedence over the one in the shared library.
extern "C" uint64_t uv_hrtime() { return isManual ? manualNanoseconds.load() : steadyNanoseconds(); }

namespace sluice {

ManualTime::ManualTime() {
  manualNanoseconds = steadyNanoseconds();
  isManual = true;
}

ManualTime::~ManualTime() { isManual = false; }

void ManualTime::advance(double milliseconds) { manualNanoseconds += static_cast<uint64_t>(milliseconds * 1e6); }

}  // namespace sluice
