#include "../src/traffic_lane.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "no_rate.h"
#include "wheel_on_loop.h"

using namespace sluice;

namespace {

struct LaneOnLoop {
  explicit LaneOnLoop(double messagesPerSecond = kNoRate, double bytesPerSecond = kNoRate) {
    setRates(messagesPerSecond, bytesPerSecond);
  }

  /// As JavaScript does it: by writing into the memory that it shares.
  void setRates(double messagesPerSecond, double bytesPerSecond) {
    memory.messageTokens = {messagesPerSecond, messagesPerSecond, on.wheel.nowMs()};
    memory.byteTokens = {bytesPerSecond, bytesPerSecond, on.wheel.nowMs()};
  }

  WheelOnLoop on;
  LaneMemory memory{};
  TrafficLane lane{on.wheel, &memory};
};

class Waiter final : public LaneWaiter {
 public:
  explicit Waiter(std::function<void()> onServed) : onServed_(std::move(onServed)) {}
  void onAllowance() override {
    served += 1;
    onServed_();
  }

  int served = 0;

 private:
  std::function<void()> onServed_;
};

using Waiters = std::vector<std::unique_ptr<Waiter>>;

}  // namespace

TEST_CASE("a lane without rates lets everything pass") {
  LaneOnLoop of;
  CHECK_FALSE(of.lane.isLimited());
  of.lane.take(1e9, 1e9);
  CHECK(of.lane.allowedMessages() == kUnlimited);
  CHECK(of.lane.allowedBytes() == kUnlimited);
}

TEST_CASE("each of the two rates limits on its own") {
  LaneOnLoop messages(20, kNoRate);
  CHECK(messages.lane.isLimited());
  messages.lane.take(5, 1e9);
  CHECK(messages.lane.allowedMessages() == 15);
  CHECK(messages.lane.allowedBytes() == kUnlimited);
  LaneOnLoop bytes(kNoRate, 1000);
  CHECK(bytes.lane.isLimited());
  bytes.lane.take(1e9, 100);
  CHECK(bytes.lane.allowedMessages() == kUnlimited);
  CHECK(bytes.lane.allowedBytes() == 900);
}

TEST_CASE("passed messages and bytes are counted, with and without a limit") {
  LaneOnLoop of;
  of.lane.count(3, 500);
  of.lane.count(1, 20);
  CHECK(of.memory.messages == 4);
  CHECK(of.memory.bytes == 520);
}

TEST_CASE("waiters are served in order of arrival") {
  LaneOnLoop of(20);
  of.lane.take(of.lane.allowedMessages(), 0);
  std::string served;
  Waiters waiters(3);
  for (size_t index = 0; index < 3; index += 1) {
    waiters[index] = std::make_unique<Waiter>([&, index] {
      of.lane.take(1, 0);
      served += static_cast<char>('a' + index);
      of.lane.wait(*waiters[index]);
    });
  }
  for (const auto& waiter : waiters) of.lane.wait(*waiter);
  for (int tick = 0; tick < 24; tick += 1) {
    of.on.pass(25);
    CHECK(of.lane.allowedMessages() == 0);
  }
  CHECK(served.substr(0, 9) == "abcabcabc");
  CHECK(served.size() <= 13);
  for (const auto& waiter : waiters) of.lane.leave(*waiter);
}

TEST_CASE("each waiter is served at most once in one round, however much is allowed") {
  LaneOnLoop of(1000);
  of.lane.take(1000, 0);
  Waiter waiter([&] { of.lane.wait(waiter); });
  Waiter other([&] { of.lane.wait(other); });
  of.lane.wait(waiter);
  of.lane.wait(other);
  of.on.pass(2000);
  CHECK(waiter.served == 1);
  CHECK(other.served == 1);
  of.lane.leave(waiter);
  of.lane.leave(other);
}

TEST_CASE("no waiter is served while either of the two rates is used up") {
  LaneOnLoop of(10, 1000);
  of.lane.take(1, 2000);
  Waiter waiter([] {});
  of.lane.wait(waiter);
  of.on.passInTicks(900);
  CHECK(waiter.served == 0);
  of.on.passInTicks(200);
  CHECK(waiter.served == 1);
}

TEST_CASE("waiters continue when their rate is removed") {
  LaneOnLoop of(1);
  of.lane.take(1000, 0);
  Waiter waiter([] {});
  of.lane.wait(waiter);
  of.on.passInTicks(500);
  CHECK(waiter.served == 0);
  of.setRates(kNoRate, kNoRate);
  of.on.passInTicks(50);
  CHECK(waiter.served == 1);
  CHECK_FALSE(of.on.isTurning());
}

TEST_CASE("a waiter is queued once however often it waits, and may leave twice") {
  LaneOnLoop of(1);
  Waiter first([] {});
  Waiter second([] {});
  of.lane.wait(first);
  of.lane.wait(first);
  of.lane.wait(second);
  CHECK(of.memory.waitingInEngine == 2);
  of.lane.leave(first);
  of.lane.leave(first);
  CHECK(of.memory.waitingInEngine == 1);
  of.lane.leave(second);
  CHECK(of.memory.waitingInEngine == 0);
  CHECK_FALSE(of.on.isTurning());
  of.lane.leave(second);
  CHECK(of.memory.waitingInEngine == 0);
}

TEST_CASE("waiters can leave from anywhere in the queue, and the others keep their order") {
  for (size_t leaving = 0; leaving < 4; leaving += 1) {
    LaneOnLoop of(100);
    of.lane.take(100, 0);
    std::string served;
    Waiters waiters(4);
    for (size_t index = 0; index < 4; index += 1) {
      waiters[index] = std::make_unique<Waiter>([&served, index] { served += static_cast<char>('a' + index); });
      of.lane.wait(*waiters[index]);
    }
    of.lane.leave(*waiters[leaving]);
    of.on.passInTicks(1000);
    std::string expected = "abcd";
    expected.erase(leaving, 1);
    CHECK(served == expected);
  }
}

TEST_CASE("a waiter can leave, be destroyed or arrive while another waiter is served") {
  LaneOnLoop of(1000);
  of.lane.take(1000, 0);
  Waiters waiters(6);
  std::string served;
  const auto serve = [&](size_t index) {
    served += static_cast<char>('a' + index);
    if (index == 0) {
      of.lane.leave(*waiters[1]);
      of.lane.leave(*waiters[2]);
      waiters[2].reset();
      of.lane.wait(*waiters[5]);
      of.lane.wait(*waiters[0]);
      of.lane.leave(*waiters[0]);
    }
    if (index == 4) of.lane.leave(*waiters[4]);
  };
  for (size_t index = 0; index < 6; index += 1) {
    waiters[index] = std::make_unique<Waiter>([&serve, index] { serve(index); });
    if (index < 5) of.lane.wait(*waiters[index]);
  }
  of.on.pass(1000);
  CHECK(served == "adef");
  CHECK(of.memory.waitingInEngine == 0);
  CHECK_FALSE(of.on.isTurning());
}

TEST_CASE("a lane whose last waiter leaves during a round serves the next waiter that arrives") {
  LaneOnLoop of(1000);
  of.lane.take(1000, 0);
  Waiter second([] {});
  Waiter first([&] { of.lane.leave(second); });
  of.lane.wait(first);
  of.lane.wait(second);
  of.on.pass(500);
  CHECK(first.served == 1);
  CHECK(second.served == 0);
  of.lane.wait(second);
  of.on.pass(50);
  CHECK(second.served == 1);
}

TEST_CASE(
    "the engine's newcomers do not pass those who wait in JavaScript, and the engine's waiters are still served") {
  LaneOnLoop of(100);
  of.memory.waitingInJavaScript = 1;
  CHECK(of.lane.allowedMessages() == 0);
  Waiter waiter([&] { of.lane.take(1, 0); });
  of.lane.wait(waiter);
  of.on.pass(100);
  CHECK(waiter.served == 1);
  of.memory.waitingInJavaScript = 0;
  CHECK(of.lane.allowedMessages() > 90);
}

TEST_CASE("a hundred waiters share a rate evenly over time") {
  LaneOnLoop of(1000);
  of.lane.take(1000, 0);
  Waiters waiters(100);
  for (auto& waiter : waiters) {
    waiter = std::make_unique<Waiter>([&] {
      of.lane.take(1, 0);
      of.lane.wait(*waiter);
    });
    of.lane.wait(*waiter);
  }
  of.on.passInTicks(10'000);
  for (const auto& waiter : waiters) {
    CHECK(waiter->served >= 95);
    CHECK(waiter->served <= 101);
  }
  for (const auto& waiter : waiters) of.lane.leave(*waiter);
}
