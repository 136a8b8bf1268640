#include "../src/connection_clock.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "../src/token_bucket.h"
#include "wheel_on_loop.h"

using namespace sluice;

namespace {

using Log = std::vector<std::string>;

double noJitter() { return 0; }
double maxJitter() { return 0.999'999; }

class ClockedConnection final : public ConnectionClockEvents {
 public:
  explicit ClockedConnection(ConnectionTimes times, double (*random)() = noJitter) : times_(times), random_(random) {}

  double lastActivityAtMs() override { return activityAtMs; }
  void onEndDue() override { note("end"); }
  void onLifetimeDue() override { note("lifetime"); }
  void onIdleDue() override { note("idle"); }
  void onPingDue() override { note("ping"); }

  WheelOnLoop on;
  Log log;
  std::vector<double> atMs;
  double activityAtMs = std::nan("");
  std::function<void()> onDue = [] {};

 private:
  void note(const char* what) {
    log.emplace_back(what);
    atMs.push_back(on.wheel.nowMs());
    onDue();
  }

  ConnectionTimes times_;
  double (*random_)();

 public:
  ConnectionClock clock{on.wheel, *this, times_, random_};
};

constexpr ConnectionTimes kNever{kUnlimited, kUnlimited, kUnlimited};

}  // namespace

TEST_CASE("a peer is pinged once in each interval") {
  ClockedConnection connection({kUnlimited, kUnlimited, 1000});
  connection.clock.start();
  connection.on.passInTicks(5500);
  CHECK(connection.log == Log(5, "ping"));
  for (size_t index = 0; index < 5; index += 1) {
    CHECK(connection.atMs[index] >= 1000.0 * (index + 1));
    CHECK(connection.atMs[index] <= 1000.0 * (index + 1) + 50 * (index + 1));
  }
}

TEST_CASE("the first ping is sent up to half an interval early, and a lifetime ends up to a tenth early") {
  ClockedConnection pinged({kUnlimited, kUnlimited, 1000}, maxJitter);
  pinged.clock.start();
  pinged.on.passInTicks(525);
  CHECK(pinged.log == Log{"ping"});

  ClockedConnection limited({kUnlimited, 10'000, kUnlimited}, maxJitter);
  limited.clock.start();
  limited.on.passInTicks(8'975);
  CHECK(limited.log.empty());
  limited.on.passInTicks(75);
  CHECK(limited.log.at(0) == "lifetime");
}

TEST_CASE("a connection on which nothing is ever sent is idle from its start") {
  ClockedConnection connection({500, kUnlimited, kUnlimited});
  connection.onDue = [&connection] { connection.clock.limitTo(10'000); };
  connection.clock.start();
  connection.on.passInTicks(475);
  CHECK(connection.log.empty());
  connection.on.passInTicks(50);
  CHECK(connection.log == Log{"idle"});
}

TEST_CASE("activity postpones the idle timeout without a restart of the timer") {
  ClockedConnection connection({500, kUnlimited, kUnlimited});
  connection.onDue = [&connection] { connection.clock.stop(); };
  connection.clock.start();
  for (int count = 0; count < 10; count += 1) {
    connection.on.passInTicks(300);
    connection.activityAtMs = connection.on.wheel.nowMs();
  }
  CHECK(connection.log.empty());
  connection.on.passInTicks(600);
  CHECK(connection.log == Log{"idle"});
}

TEST_CASE(
    "when all are due, the end of the lifetime is reported rather than the idle timeout, and the idle timeout rather "
    "than a ping") {
  for (const bool isLimited : {true, false}) {
    ClockedConnection connection({1000, isLimited ? 1000 : kUnlimited, 1000});
    connection.onDue = [&connection] { connection.clock.stop(); };
    connection.clock.start();
    connection.on.passInTicks(1100);
    CHECK(connection.log == Log{isLimited ? "lifetime" : "idle"});
  }
}

TEST_CASE("after the end is limited, only the end is reported, and once") {
  ClockedConnection connection({1000, 1000, 500});
  connection.clock.start();
  connection.clock.limitTo(2000);
  connection.on.passInTicks(1975);
  CHECK(connection.log.empty());
  connection.on.passInTicks(10'000);
  CHECK(connection.log == Log{"end"});
  CHECK(connection.atMs.at(0) == doctest::Approx(2000).epsilon(0.03));
  CHECK_FALSE(connection.on.isTurning());
}

TEST_CASE("a limit can be shortened, and is extended only by a renewal") {
  ClockedConnection connection(kNever);
  connection.clock.start();
  connection.clock.limitTo(1000);
  connection.clock.limitTo(5000);
  connection.clock.limitTo(300);
  connection.on.passInTicks(275);
  CHECK(connection.log.empty());
  connection.clock.renewLimit(1000);
  connection.on.passInTicks(975);
  CHECK(connection.log.empty());
  connection.on.passInTicks(50);
  CHECK(connection.log == Log{"end"});
}

TEST_CASE("an end that is renewed when it is due is reported again") {
  ClockedConnection connection(kNever);
  connection.onDue = [&connection] {
    if (connection.log.size() == 1) connection.clock.renewLimit(500);
  };
  connection.clock.start();
  connection.clock.limitTo(500);
  connection.on.passInTicks(2000);
  CHECK(connection.log == Log{"end", "end"});
}

TEST_CASE("a clock that was stopped reports nothing and can't be started again") {
  ClockedConnection connection({500, 500, 500});
  connection.clock.start();
  connection.clock.stop();
  connection.clock.stop();
  connection.clock.start();
  connection.clock.limitTo(100);
  connection.clock.renewLimit(100);
  connection.on.passInTicks(2000);
  CHECK(connection.log.empty());
  CHECK_FALSE(connection.on.isTurning());
}

TEST_CASE("a clock that is stopped during its report stays stopped") {
  ClockedConnection connection({kUnlimited, kUnlimited, 500});
  connection.onDue = [&connection] { connection.clock.stop(); };
  connection.clock.start();
  connection.on.passInTicks(2000);
  CHECK(connection.log == Log{"ping"});
  CHECK_FALSE(connection.on.isTurning());
}

TEST_CASE("a connection without any timeout keeps the wheel turning") {
  ClockedConnection connection(kNever);
  connection.clock.start();
  connection.on.passInTicks(200'000);
  CHECK(connection.log.empty());
  CHECK(connection.on.isTurning());
}

TEST_CASE("a clock that is started late counts from the creation of the connection") {
  ClockedConnection connection({kUnlimited, kUnlimited, 1000});
  connection.on.time.advance(900);
  connection.clock.start();
  connection.on.passInTicks(175);
  CHECK(connection.log == Log{"ping"});
}
