#include "../src/clock.h"

#include <doctest/doctest.h>

#include "manual_time.h"

using namespace sluice;

TEST_CASE("a clock starts at the given time and advances with the steady clock") {
  ManualTime time;
  const Clock clock(1234.5);
  CHECK(clock.nowMs() == doctest::Approx(1234.5));
  time.advance(10'000);
  CHECK(clock.nowMs() == doctest::Approx(11'234.5));
}

TEST_CASE("a clock that was advanced keeps its offset") {
  ManualTime time;
  Clock clock(0);
  clock.advance(3'600'000);
  time.advance(25);
  CHECK(clock.nowMs() == doctest::Approx(3'600'025));
}
