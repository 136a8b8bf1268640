#include "../src/timing_wheel.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "wheel_on_loop.h"

using namespace sluice;

namespace {

class TestTimer final : public WheelTimer {
 public:
  explicit TestTimer(
      TimingWheel& wheel, std::function<void()> onDue = [] {})
      : WheelTimer(wheel), onDue_(std::move(onDue)) {}

  int calls = 0;

 private:
  void onTimer() override {
    calls += 1;
    onDue_();
  }

  std::function<void()> onDue_;
};

using Timers = std::vector<std::unique_ptr<TestTimer>>;

constexpr double kTurnMs = 512 * 25;

}  // namespace

TEST_CASE("a timer calls once, never before its time and at most one tick after it") {
  WheelOnLoop on;
  for (double delayMs :
       {0.0, 0.5, 1.0, 24.9, 25.0, 25.1, 49.0, 60.0, 1000.0, kTurnMs - 1, kTurnMs, kTurnMs + 1, 5 * kTurnMs + 7}) {
    on.pass(3);
    TestTimer timer(on.wheel);
    timer.start(delayMs);
    double passedMs = 0;
    for (; timer.calls == 0 && passedMs < delayMs + 100; passedMs += 0.5) on.pass(0.5);
    CHECK(passedMs >= delayMs);
    CHECK(passedMs <= delayMs + 25.5);
    CHECK_FALSE(timer.isRunning());
    on.pass(2 * kTurnMs);
    CHECK(timer.calls == 1);
  }
}

TEST_CASE("timers call in the order of their times, also those that are more than a turn apart") {
  WheelOnLoop on;
  std::vector<double> called;
  Timers timers;
  for (double delayMs : {150.0, 50.0, 100.0 + kTurnMs, 100.0}) {
    timers.push_back(std::make_unique<TestTimer>(on.wheel, [&called, delayMs] { called.push_back(delayMs); }));
    timers.back()->start(delayMs);
  }
  on.passInTicks(300);
  CHECK(called == std::vector<double>{50, 100, 150});
  on.passInTicks(kTurnMs);
  CHECK(called == std::vector<double>{50, 100, 150, 100 + kTurnMs});
}

TEST_CASE("timers that are due after a halt call in the order of their times") {
  WheelOnLoop on;
  std::vector<double> called;
  Timers timers;
  for (double delayMs : {300.0, 100.0, 400.0, 200.0}) {
    timers.push_back(std::make_unique<TestTimer>(on.wheel, [&called, delayMs] { called.push_back(delayMs); }));
    timers.back()->start(delayMs);
  }
  on.pass(1000);
  CHECK(called == std::vector<double>{100, 200, 300, 400});
}

TEST_CASE("a halt of many turns skips no timer and calls none that is not due") {
  WheelOnLoop on;
  Timers timers;
  for (int index = 0; index < 2000; index += 1) {
    timers.push_back(std::make_unique<TestTimer>(on.wheel));
    timers.back()->start(index * 20.0);
  }
  on.pass(30'000);
  for (int index = 0; index < 2000; index += 1) {
    if (index * 20 <= 30'000 - 25) CHECK(timers[index]->calls == 1);
    if (index * 20 > 30'000) CHECK(timers[index]->calls == 0);
  }
  on.pass(100'000);
  for (const auto& timer : timers) CHECK(timer->calls == 1);
}

TEST_CASE("a timer that is started again counts from then, and a stopped one does not call") {
  WheelOnLoop on;
  TestTimer moved(on.wheel);
  TestTimer stopped(on.wheel);
  stopped.stop();
  moved.start(30);
  stopped.start(30);
  moved.start(120);
  CHECK(moved.isRunning());
  stopped.stop();
  stopped.stop();
  CHECK_FALSE(stopped.isRunning());
  on.passInTicks(100);
  CHECK(moved.calls == 0);
  on.passInTicks(100);
  CHECK(moved.calls == 1);
  CHECK(stopped.calls == 0);
}

TEST_CASE("a timer that is stopped by another timer of the same tick does not call") {
  WheelOnLoop on;
  std::vector<TestTimer*> timers;
  const auto stopAll = [&timers] {
    for (TestTimer* timer : timers) timer->stop();
  };
  TestTimer first(on.wheel, stopAll);
  TestTimer second(on.wheel, stopAll);
  TestTimer third(on.wheel, stopAll);
  timers = {&first, &second, &third};
  for (TestTimer* timer : timers) timer->start(40);
  on.pass(100);
  CHECK(first.calls + second.calls + third.calls == 1);
}

TEST_CASE("a timer that is postponed by another timer of the same tick calls later, once") {
  WheelOnLoop on;
  std::vector<TestTimer*> timers;
  bool hasPutOff = false;
  const auto putAllOff = [&] {
    for (TestTimer* timer : timers) {
      if (!hasPutOff) timer->start(200);
    }
    hasPutOff = true;
  };
  TestTimer first(on.wheel, putAllOff);
  TestTimer second(on.wheel, putAllOff);
  timers = {&first, &second};
  for (TestTimer* timer : timers) timer->start(40);
  on.passInTicks(200);
  CHECK(first.calls + second.calls == 1);
  on.passInTicks(200);
  CHECK(first.calls + second.calls == 3);
  on.passInTicks(1000);
  CHECK(first.calls + second.calls == 3);
}

TEST_CASE(
    "a timer that another one of the same tick destroys does not call, and nor does one that destroys itself again") {
  WheelOnLoop on;
  Timers timers(50);
  int calls = 0;
  std::mt19937 random(3);
  for (size_t index = 0; index < timers.size(); index += 1) {
    // Each destroys itself and one other.
    const size_t other = (index + 1 + random() % (timers.size() - 1)) % timers.size();
    timers[index] = std::make_unique<TestTimer>(on.wheel, [&timers, &calls, index, other] {
      calls += 1;
      timers[other].reset();
      const std::unique_ptr<TestTimer> itself = std::move(timers[index]);
    });
    timers[index]->start(static_cast<double>(random() % 100));
  }
  on.pass(200);
  CHECK(calls >= 25);
  CHECK(calls < 50);
  timers.clear();
  CHECK_FALSE(on.isTurning());
}

TEST_CASE("a timer that restarts itself with no delay calls again in a later tick, not in the same one") {
  WheelOnLoop on;
  TestTimer* self = nullptr;
  TestTimer timer(on.wheel, [&self] { self->start(0); });
  self = &timer;
  timer.start(0);
  on.pass(25);
  CHECK(timer.calls == 1);
  on.pass(5000);
  CHECK(timer.calls == 2);
}

TEST_CASE("a timer that turns the wheel makes no other timer call twice") {
  WheelOnLoop on;
  Timers timers;
  for (int index = 0; index < 10; index += 1) {
    timers.push_back(std::make_unique<TestTimer>(on.wheel, [&on] { on.pass(50); }));
    timers.back()->start(25 + index * 10);
  }
  on.pass(200);
  for (const auto& timer : timers) CHECK(timer->calls == 1);
}

TEST_CASE("ten thousand timers use one timer of the loop, which runs only while one of them is started") {
  WheelOnLoop on;
  Timers timers;
  CHECK_FALSE(on.isTurning());
  for (int index = 0; index < 10'000; index += 1) {
    timers.push_back(std::make_unique<TestTimer>(on.wheel));
    timers.back()->start(1000 + index);
  }
  CHECK(on.isTurning());
  on.pass(5000);
  for (const auto& timer : timers) timer->stop();
  CHECK_FALSE(on.isTurning());
}

TEST_CASE("the time of a wheel is that of its last tick, and the current time after a rest") {
  WheelOnLoop on;
  CHECK(on.wheel.nowMs() == doctest::Approx(0));
  on.time.advance(10'000);
  CHECK(on.wheel.nowMs() == doctest::Approx(0));
  TestTimer timer(on.wheel);
  timer.start(100);
  CHECK(on.wheel.nowMs() == doctest::Approx(10'000));
  on.time.advance(30);
  CHECK(on.wheel.nowMs() == doctest::Approx(10'000));
  on.wheel.turnNow();
  CHECK(on.wheel.nowMs() == doctest::Approx(10'030));
}

TEST_CASE("a timer with an infinite delay, or one of more than 64 bits of ticks, never calls") {
  WheelOnLoop on;
  Timers timers;
  for (const double delayMs : {std::numeric_limits<double>::infinity(), 1e300, 1e19, 1e17}) {
    timers.push_back(std::make_unique<TestTimer>(on.wheel));
    timers.back()->start(delayMs);
  }
  on.pass(1e9);
  for (const auto& timer : timers) CHECK(timer->calls == 0);
}

TEST_CASE("the timer of the loop turns the wheel and does not keep the loop alive") {
  WheelOnLoop on;
  TestTimer timer(on.wheel);
  timer.start(60);
  on.time.advance(100);
  on.runLoopUntilTick();
  CHECK(timer.calls == 1);
}

TEST_CASE("after a halt of the process, sockets are read before timers fire") {
  WheelOnLoop on;
  TestTimer timer(on.wheel);
  timer.start(60);
  on.wheel.fireAfterHalt();
  CHECK(timer.calls == 0);
  on.time.advance(300);
  on.runLoopUntilTick();
  CHECK(timer.calls == 0);
  on.wheel.fireAfterHalt();
  CHECK(timer.calls == 1);
  on.wheel.fireAfterHalt();
  CHECK(timer.calls == 1);
}

TEST_CASE("a timer that is stopped between a halt and the reading after it does not call") {
  WheelOnLoop on;
  TestTimer stopped(on.wheel);
  TestTimer late(on.wheel);
  stopped.start(60);
  late.start(60);
  on.time.advance(300);
  on.runLoopUntilTick();
  stopped.stop();
  late.start(1000);
  on.wheel.fireAfterHalt();
  CHECK(stopped.calls + late.calls == 0);
}

TEST_CASE("timers that are started, moved, stopped and destroyed at random call exactly when they are due") {
  for (uint32_t seed = 0; seed < 20; seed += 1) {
    WheelOnLoop on;
    std::mt19937 random(seed);
    constexpr size_t kTimers = 40;
    const auto never = std::numeric_limits<double>::infinity();
    Timers timers(kTimers);
    std::vector<double> dueAtMs(kTimers, never);
    const auto act = [&](size_t index) {
      const double delayMs = random() % (random() % 8 == 0 ? 30'000 : 300);
      switch (random() % 4) {
        case 0:
          if (timers[index] != nullptr) timers[index]->stop();
          dueAtMs[index] = never;
          return;
        case 1:
          dueAtMs[index] = never;
          timers[index].reset();
          return;
        default:
          if (timers[index] == nullptr) return;
          timers[index]->start(delayMs);
          dueAtMs[index] = on.clock.nowMs() + delayMs;
      }
    };
    for (int step = 0; step < 1500; step += 1) {
      const size_t index = random() % kTimers;
      if (timers[index] == nullptr) {
        timers[index] = std::make_unique<TestTimer>(on.wheel, [&, index] {
          REQUIRE(on.wheel.nowMs() >= dueAtMs[index]);
          dueAtMs[index] = never;
          act((index + 1 + random() % (kTimers - 1)) % kTimers);
        });
      }
      act(index);
      if (random() % 3 == 0) on.pass(static_cast<double>(random() % (random() % 30 == 0 ? 20'000 : 60)));
      for (const double dueMs : dueAtMs) REQUIRE(dueMs > on.wheel.nowMs() - 26);
    }
  }
}
