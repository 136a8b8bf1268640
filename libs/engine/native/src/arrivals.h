#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "records.h"
#include "timing_wheel.h"

namespace sluice {

/// An accepted socket that JavaScript does not know of yet.
struct Arrival {
  Id socket;
  uint32_t listener;
  /// The address of its peer as text, which ends with a zero.
  char address[INET6_ADDRSTRLEN];
};

class ArrivalsEvents {
 public:
  /// Some arrivals have waited long enough.
  virtual void onArrivalsDue() = 0;

 protected:
  ~ArrivalsEvents() = default;
};

/// Accepted sockets until their first bytes, so that JavaScript can get a socket together with its request. Only for a
/// moment: JavaScript bounds the silent sockets of a client, and their time.
class Arrivals final : private WheelTimer {
 public:
  Arrivals(TimingWheel& wheel, ArrivalsEvents& events) : WheelTimer(wheel), events_(events) {}

  void add(Id socket, uint32_t listener, const sockaddr* peer);
  bool has(Id socket) const;
  /// Removes and returns the arrival with this socket; nothing if there is none.
  std::optional<Arrival> take(Id socket);
  /// Removes and returns the oldest arrival; nothing if there is none.
  std::optional<Arrival> takeOldest();
  /// Whether there are so many that the oldest must not wait any longer.
  bool isFull() const { return waiting_.size() >= kMax; }
  /// No arrival is due any more.
  using WheelTimer::stop;

 private:
  static constexpr size_t kMax = 64;
  static constexpr double kMaxDelayMs = 10;

  void onTimer() override { events_.onArrivalsDue(); }

  ArrivalsEvents& events_;
  // The oldest first. There are few, since most clients send their request at once.
  std::vector<Arrival> waiting_;
};

}  // namespace sluice
