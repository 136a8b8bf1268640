#include "../src/token_bucket.h"

#include <doctest/doctest.h>

using namespace sluice;

TEST_CASE("a bucket fills at its rate and holds no more than what a second allows") {
  TokenBucket bucket{100, 100, 0};
  CHECK(bucket.available(0) == 100);
  bucket.take(100);
  CHECK(bucket.available(0) == 0);
  CHECK(bucket.available(255) == 25);
  CHECK(bucket.available(60'000) == 100);
}

TEST_CASE("only whole tokens are available, and fractions are kept") {
  TokenBucket bucket{100, 0, 0};
  for (double nowMs = 1; nowMs < 10; nowMs += 1) CHECK(bucket.available(nowMs) == 0);
  CHECK(bucket.available(10.5) == 1);
}

TEST_CASE("nothing is available until an overdraft is refilled") {
  TokenBucket bucket{100, 100, 0};
  bucket.take(350);
  CHECK(bucket.available(2490) == 0);
  CHECK(bucket.available(2510) == 1);
  CHECK(bucket.available(3500) == 100);
}

TEST_CASE("a clock that goes back neither fills nor empties a bucket") {
  TokenBucket bucket{100, 50, 1000};
  CHECK(bucket.available(0) == 50);
  CHECK(bucket.available(1000) == 50);
  CHECK(bucket.available(1100) == 60);
}

TEST_CASE("a bucket without a rate stays unlimited after any number of tokens is taken") {
  TokenBucket bucket{std::nan(""), 0, 0};
  CHECK_FALSE(bucket.isLimited());
  bucket.take(1e18);
  CHECK(bucket.available(1) == kUnlimited);
  CHECK(bucket.tokens == 0);
}
