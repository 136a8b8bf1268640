#include "arrivals.h"

#include <uv.h>

#include <algorithm>

namespace sluice {
namespace {

bool isOf(const Arrival& arrival, Id socket) {
  return arrival.socket.slot == socket.slot && arrival.socket.generation == socket.generation;
}

}  // namespace

void Arrivals::add(Id socket, uint32_t listener, const sockaddr* peer) {
  Arrival arrival{socket, listener, ""};
  uv_ip_name(peer, arrival.address, sizeof(arrival.address));
  if (waiting_.empty()) start(kMaxDelayMs);
  waiting_.push_back(arrival);
}

bool Arrivals::has(Id socket) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const Arrival& arrival) { return isOf(arrival, socket); });
}

std::optional<Arrival> Arrivals::take(Id socket) {
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const Arrival& arrival) { return isOf(arrival, socket); });
  if (found == waiting_.end()) return std::nullopt;
  const Arrival taken = *found;
  waiting_.erase(found);
  return taken;
}

std::optional<Arrival> Arrivals::takeOldest() {
  if (waiting_.empty()) return std::nullopt;
  return take(waiting_.front().socket);
}

}  // namespace sluice
