#include "../src/clock.h"

#include <doctest/doctest.h>

#include "manual_time.h"

using namespace sluice;

TEST_CASE("a clock starts where its maker says and goes on with the steady time") {
  ManualTime time;
  const Clock clock(1234.5);
  CHECK(clock.nowMs() == doctest::Approx(1234.5));
  time.advance(10'000);
  CHECK(clock.nowMs() == doctest::Approx(11'234.5));
}

TEST_CASE("a clock that is put forward keeps the difference") {
  ManualTime time;
  Clock clock(0);
  clock.advance(3'600'000);
  time.advance(25);
  CHECK(clock.nowMs() == doctest::Approx(3'600'025));
}
