#include "../src/arrivals.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "engine_on_loop.h"

using namespace sluice;

namespace {

const std::string kRequest =
    "GET /chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// An engine whose listener reads upgrade requests, and its clients.
struct ListeningEngine {
  ListeningEngine() {
    ::close(on.client.nearDescriptor);
    ::close(on.upstream.nearDescriptor);
    uv_ip4_addr("127.0.0.1", 0, &address);
    listener = on.engine.listen(reinterpret_cast<sockaddr*>(&address), 512, true);
    REQUIRE(listener >= 0);
    uv_ip4_addr("127.0.0.1", on.engine.portOf(static_cast<uint32_t>(listener)), &address);
  }
  ~ListeningEngine() {
    for (const int descriptor : clients) ::close(descriptor);
    on.engine.stopListening(static_cast<uint32_t>(listener));
  }

  int connectClient() {
    clients.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(connect(clients.back(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    return clients.back();
  }
  void untilRecords(size_t count) {
    on.until([&] { return on.host.records.size() >= count; });
  }
  const Record& record(size_t index) const { return on.host.records[index]; }

  EngineOnLoop on;
  sockaddr_in address{};
  int64_t listener = -1;
  std::vector<int> clients;
};

void sendText(int descriptor, const std::string& text) {
  REQUIRE(send(descriptor, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

}  // namespace

TEST_CASE("a client that sends an upgrade request at once is reported once, with its address and all of its bytes") {
  ListeningEngine listening;
  sendText(listening.connectClient(), kRequest + "early");
  listening.untilRecords(1);
  const Record& record = listening.record(0);
  CHECK(record.header.kind == RecordKind::kUpgrade);
  CHECK(record.header.number == static_cast<uint32_t>(listening.listener));
  UpgradeHead head{};
  std::memcpy(&head, record.data.data(), sizeof(head));
  const std::string texts(record.data.begin() + sizeof(head), record.data.end());
  CHECK(texts == "127.0.0.1" + kRequest + "early");
  CHECK(record.header.code == 9);
  CHECK(kRequest.substr(static_cast<size_t>(head.target.start), 5) == "/chat");
  CHECK(static_cast<size_t>(head.fields.end) + 2 == kRequest.size());
}

TEST_CASE("the bytes of such a client that follow are reported as those of its socket") {
  ListeningEngine listening;
  const int client = listening.connectClient();
  sendText(client, kRequest);
  listening.untilRecords(1);
  sendText(client, kRequest);
  listening.untilRecords(2);
  CHECK(listening.record(1).header.kind == RecordKind::kData);
  CHECK(listening.record(1).header.id.slot == listening.record(0).header.id.slot);
  CHECK(listening.record(1).data == bytesOf(kRequest));
}

TEST_CASE("a client that begins with anything else is reported first, and then its bytes") {
  for (const std::string& text : {std::string("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"), kRequest.substr(0, 40)}) {
    ListeningEngine listening;
    sendText(listening.connectClient(), text);
    listening.untilRecords(2);
    CHECK(listening.record(0).header.kind == RecordKind::kAccepted);
    CHECK(listening.record(0).data == bytesOf("127.0.0.1"));
    CHECK(listening.record(1).header.kind == RecordKind::kData);
    CHECK(listening.record(1).data == bytesOf(text));
  }
}

TEST_CASE("a silent client is reported after a moment, and is read only when JavaScript resumes it") {
  ListeningEngine listening;
  const int client = listening.connectClient();
  listening.on.until([&] { return listening.on.engine.unjoinedSockets() == 1; });
  CHECK(listening.on.host.records.empty());
  listening.untilRecords(1);
  CHECK(listening.record(0).header.kind == RecordKind::kAccepted);
  const Id id = listening.record(0).header.id;
  sendText(client, kRequest);
  for (int turn = 0; turn < 10; turn += 1) uv_run(listening.on.loop.get(), UV_RUN_NOWAIT);
  CHECK(listening.on.host.records.size() == 1);
  listening.on.engine.resume(id);
  listening.untilRecords(2);
  CHECK(listening.record(1).header.kind == RecordKind::kData);
}

TEST_CASE("a client that leaves at once is reported before its end") {
  ListeningEngine listening;
  shutdown(listening.connectClient(), SHUT_WR);
  listening.untilRecords(2);
  CHECK(listening.record(0).header.kind == RecordKind::kAccepted);
  CHECK(listening.record(1).header.kind == RecordKind::kFin);
  const linger now{1, 0};
  const int lost = listening.connectClient();
  setsockopt(lost, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  ::close(lost);
  listening.clients.pop_back();
  listening.untilRecords(4);
  CHECK(listening.record(2).header.kind == RecordKind::kAccepted);
  CHECK(listening.record(3).header.kind == RecordKind::kClosed);
}

TEST_CASE("of many silent clients only some wait, so that JavaScript can bound their number") {
  ListeningEngine listening;
  constexpr size_t kClients = 200;
  for (size_t index = 0; index < kClients; index += 1) listening.connectClient();
  listening.on.until([&] { return listening.on.engine.unjoinedSockets() == kClients; });
  CHECK(listening.on.host.records.size() >= kClients - 64);
  listening.untilRecords(kClients);
  CHECK(listening.on.host.count(RecordKind::kAccepted) == kClients);
}

TEST_CASE("an engine that closes reports clients that were still waiting, and their ends") {
  ListeningEngine listening;
  listening.connectClient();
  listening.on.until([&] { return listening.on.engine.unjoinedSockets() == 1; });
  listening.on.engine.close();
  listening.on.until([&] { return listening.on.host.isClosed; });
  CHECK(listening.on.host.count(RecordKind::kAccepted) == 1);
  CHECK(listening.on.host.count(RecordKind::kClosed) == 1);
}
