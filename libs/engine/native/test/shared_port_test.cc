#include "../src/shared_port.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <unistd.h>
#include <uv.h>

#include <vector>

using namespace sluice;

#ifdef __linux__

namespace {

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", port, &address);
  return address;
}

int reserveOn(uint16_t port) {
  const sockaddr_in address = loopback(port);
  return reservePort(reinterpret_cast<const sockaddr*>(&address));
}

int openOn(uint16_t port) {
  const sockaddr_in address = loopback(port);
  return openListener(reinterpret_cast<const sockaddr*>(&address));
}

/// A client that is connected, or -1.
int connectTo(uint16_t port) {
  const sockaddr_in address = loopback(port);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return client;
  close(client);
  return -1;
}

/// How many clients wait in the queue of a listener.
size_t acceptAll(int listener) {
  size_t count = 0;
  for (int client = 0; (client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; count += 1) close(client);
  return count;
}

}  // namespace

TEST_CASE("a reserved port cannot be bound by others, with or without listeners, and is free after its close") {
  const int reserved = reserveOn(0);
  REQUIRE(reserved >= 0);
  const uint16_t port = boundPortOf(reserved);
  CHECK(port > 0);
  CHECK(reserveOn(port) == UV_EADDRINUSE);
  CHECK(connectTo(port) == -1);
  const int listener = openOn(port);
  REQUIRE(listener >= 0);
  REQUIRE(listen(listener, 8) == 0);
  CHECK(reserveOn(port) == UV_EADDRINUSE);
  close(listener);
  close(reserved);
  const int again = reserveOn(port);
  CHECK(again >= 0);
  close(again);
}

TEST_CASE("a port on which another program listens cannot be reserved, also if that program shares it") {
  for (const int isShared : {0, 1}) {
    const int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(other, SOL_SOCKET, SO_REUSEPORT, &isShared, sizeof(isShared));
    const sockaddr_in address = loopback(0);
    REQUIRE(bind(other, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(other, 8) == 0);
    CHECK(reserveOn(boundPortOf(other)) == UV_EADDRINUSE);
    close(other);
  }
}

TEST_CASE("connections are spread over the active listeners of a port") {
  const int reserved = reserveOn(0);
  const uint16_t port = boundPortOf(reserved);
  const int one = openOn(port);
  const int other = openOn(port);
  const int idle = openOn(port);
  REQUIRE(listen(one, 64) == 0);
  REQUIRE(listen(other, 64) == 0);
  std::vector<int> clients;
  for (int index = 0; index < 64; index += 1) clients.push_back(connectTo(port));
  const size_t ofOne = acceptAll(one);
  const size_t ofOther = acceptAll(other);
  CHECK(ofOne > 0);
  CHECK(ofOther > 0);
  CHECK(ofOne + ofOther == clients.size());
  for (const int descriptor : clients) close(descriptor);
  for (const int descriptor : {one, other, idle, reserved}) close(descriptor);
}

#endif
