#include "../src/engine.h"

#include <doctest/doctest.h>

#include <cstring>
#include <list>
#include <set>
#include <vector>

#include "engine_on_loop.h"

using namespace sluice;

TEST_CASE("the bytes that a socket sends before its join are reported in order, however small the inbox is") {
  EngineOnLoop on;
  const Id id = on.engine.adopt(on.client.nearDescriptor);
  ::close(on.upstream.nearDescriptor);
  on.engine.resume(id);
  Bytes sent(1'000'000);
  for (size_t index = 0; index < sent.size(); index += 1) sent[index] = static_cast<uint8_t>(index / 251);
  on.client.send(sent);
  on.client.endWhenSent();
  on.until([&] { return on.host.count(RecordKind::kFin) == 1; });
  Bytes received;
  for (const Record& record : on.host.records) received.insert(received.end(), record.data.begin(), record.data.end());
  CHECK(received == sent);
  on.engine.end(id);
  on.until([&] { return on.host.count(RecordKind::kClosed) == 1; });
  CHECK(on.host.records.back().header.kind == RecordKind::kClosed);
}

TEST_CASE("bytes that arrive during the join of their socket are relayed behind the bytes before the join") {
  EngineOnLoop on;
  const Id client = on.engine.adopt(on.client.nearDescriptor);
  const Id upstream = on.engine.adopt(on.upstream.nearDescriptor);
  Bytes head;
  bool isJoined = false;
  on.host.onRecord = [&](const Record& record) {
    if (record.header.kind != RecordKind::kData) return;
    head = concat({head, record.data});
  };
  on.host.afterRecords = [&] {
    if (isJoined || head.empty()) return;
    isJoined = true;
    // The records already in the inbox come first, as in JavaScript.
    const auto more = on.engine.undelivered();
    on.host.take(more.start, more.end);
    JoinInput input = on.joinInput(client, upstream);
    input.upstreamHead = head.data();
    input.upstreamHeadBytes = head.size();
    CHECK(on.engine.join(input).generation != 0);
  };
  Bytes sent;
  for (int index = 0; index < 40; index += 1) sent = concat({sent, frameOf(Side::kUpstream, 0x82, 10'000 + index)});
  on.upstream.send(sent);
  on.upstream.pump();
  // The system holds more bytes than one read takes.
  on.engine.resume(upstream);
  on.until([&] { return on.client.received.size() >= sent.size(); });
  CHECK(on.client.received == sent);
}

TEST_CASE("the end of a connection is reported without another event") {
  EngineOnLoop on;
  const Id client = on.engine.adopt(on.client.nearDescriptor);
  const Id upstream = on.engine.adopt(on.upstream.nearDescriptor);
  const Id id = on.engine.join(on.joinInput(client, upstream));
  CHECK(on.engine.connections() == 1);
  CHECK(on.engine.unjoinedSockets() == 0);
  on.host.command(CommandKind::kDestroy, id);
  int turns = 0;
  on.until([&] {
    turns += 1;
    return on.host.count(RecordKind::kEnded) == 1;
  });
  CHECK(turns <= 4);
  on.until([&] { return on.engine.connections() == 0; });
  CHECK(on.host.idleLanes == 2);
}

TEST_CASE("connections that a command closes are reported over several turns, and their slots are free only then") {
  EngineOnLoop on;
  constexpr size_t kConnections = 100;
  constexpr size_t kMaxEndsInTurn = 32;
  std::list<Peer> peers;
  const auto adoptPeer = [&] { return on.engine.adopt(peers.emplace_back().nearDescriptor); };
  for (size_t joined = 0; joined < kConnections; joined += 1) {
    const Id client = adoptPeer();
    const Id id = on.engine.join(on.joinInput(client, adoptPeer()));
    on.host.command(CommandKind::kClose, id, 1008);
    on.host.command(CommandKind::kDestroy, id);
  }
  on.until([&, before = size_t{0}]() mutable {
    const size_t reported = on.host.count(RecordKind::kEnded);
    CHECK(reported - before <= kMaxEndsInTurn);
    CHECK(on.engine.connections() == kConnections - reported);
    // The loop must not wait for an event while ends wait.
    if (reported > 0 && reported < kConnections) CHECK(uv_backend_timeout(on.loop.get()) == 0);
    before = reported;
    return reported == kConnections;
  });
  std::set<uint32_t> slots;
  for (const Record& record : on.host.records) slots.insert(record.header.id.slot);
  CHECK(slots.size() == kConnections);
}

TEST_CASE("no commanded end is reported while many connections are being closed") {
  EngineOnLoop on;
  constexpr size_t kConnectionsInTurn = 33;
  constexpr int kTurns = 5;
  std::list<Peer> peers;
  const auto adoptPeer = [&] { return on.engine.adopt(peers.emplace_back().nearDescriptor); };
  for (int turn = 0; turn < kTurns; turn += 1) {
    for (size_t joined = 0; joined < kConnectionsInTurn; joined += 1) {
      const Id client = adoptPeer();
      const Id id = on.engine.join(on.joinInput(client, adoptPeer()));
      on.host.command(CommandKind::kClose, id, 1008);
      on.host.command(CommandKind::kDestroy, id);
    }
    uv_run(on.loop.get(), UV_RUN_NOWAIT);
    CHECK(on.host.count(RecordKind::kEnded) == 0);
  }
  on.until([&] { return on.host.count(RecordKind::kEnded) == kTurns * kConnectionsInTurn; });
}

TEST_CASE("connections that end without a command are all reported before new clients are accepted") {
  EngineOnLoop on;
  constexpr size_t kConnections = 100;
  std::list<Peer> peers;
  const auto adoptPeer = [&] { return on.engine.adopt(peers.emplace_back().nearDescriptor); };
  for (size_t joined = 0; joined < kConnections; joined += 1) {
    const Id client = adoptPeer();
    on.host.command(CommandKind::kDestroy, on.engine.join(on.joinInput(client, adoptPeer())));
  }
  on.until([&] { return on.host.count(RecordKind::kEnded) > 0; });
  CHECK(on.host.count(RecordKind::kEnded) == kConnections);
}

TEST_CASE("a command for a closed connection is ignored, also when its slot is in use again") {
  EngineOnLoop on;
  const Id first = on.engine.join(
      on.joinInput(on.engine.adopt(on.client.nearDescriptor), on.engine.adopt(on.upstream.nearDescriptor)));
  on.host.command(CommandKind::kDestroy, first);
  on.until([&] { return on.engine.connections() == 0; });
  Peer client;
  Peer upstream;
  const Id second =
      on.engine.join(on.joinInput(on.engine.adopt(client.nearDescriptor), on.engine.adopt(upstream.nearDescriptor)));
  CHECK(second.slot == first.slot);
  CHECK(second.generation != first.generation);
  for (const CommandKind kind : {CommandKind::kClose, CommandKind::kDestroy, CommandKind::kTap})
    on.host.command(kind, first, 1001);
  on.host.command(CommandKind::kClose, Id{12345, 1}, 1001);
  on.host.command(CommandKind::kClose, Id{0, 0}, 1001);
  on.engine.runCommands();
  client.pump();
  CHECK(client.received.empty());
  CHECK(on.engine.connections() == 1);
}

TEST_CASE("commands are executed in order, and a truncated command is not executed") {
  EngineOnLoop on;
  const Id id = on.engine.join(
      on.joinInput(on.engine.adopt(on.client.nearDescriptor), on.engine.adopt(on.upstream.nearDescriptor)));
  const double limit = 100;
  Bytes data(sizeof(limit));
  std::memcpy(data.data(), &limit, sizeof(limit));
  on.host.command(CommandKind::kMaxMessageBytes, id, 0, data);
  on.host.command(CommandKind::kClose, id, 1001, bytesOf("gateway draining"));
  for (size_t cut = on.host.commands.size() - 1; cut > 24; cut -= 5) {
    const Bytes whole = on.host.commands;
    on.host.commands = partOf(whole, 0, cut);
    on.engine.runCommands();
    on.host.commands = whole;
  }
  on.client.pump();
  CHECK(on.client.received.empty());
  on.until([&] { return on.client.received.size() == 20; });
  CHECK(on.client.received == closeFrameOf(Side::kUpstream, 1001, "gateway draining"));
}

TEST_CASE("a join of a socket with a closed socket, or with itself, is refused, and the socket stays usable") {
  EngineOnLoop on;
  const Id client = on.engine.adopt(on.client.nearDescriptor);
  ::close(on.upstream.nearDescriptor);
  CHECK(on.engine.join(on.joinInput(client, client)).generation == 0);
  CHECK(on.engine.join(on.joinInput(client, Id{99, 1})).generation == 0);
  CHECK(on.engine.join(on.joinInput(Id{0, 0}, client)).generation == 0);
  CHECK(on.engine.unjoinedSockets() == 1);
  CHECK(on.engine.write(client, bytesOf("x").data(), 1));
  on.until([&] { return on.client.received == bytesOf("x"); });
}

TEST_CASE("a socket that ended or was lost before its join ends the connection, once") {
  for (const bool isLost : {false, true}) {
    EngineOnLoop on;
    const Id client = on.engine.adopt(on.client.nearDescriptor);
    const Id upstream = on.engine.adopt(on.upstream.nearDescriptor);
    on.engine.resume(upstream);
    if (isLost) on.upstream.reset();
    else on.upstream.endWhenSent();
    Id id{0, 0};
    on.host.onRecord = [&](const Record& record) {
      if (record.header.kind == RecordKind::kFin) id = on.engine.join(on.joinInput(client, upstream));
    };
    if (isLost) {
      // The join comes between the loss and its report.
      on.until([&] { return on.host.count(RecordKind::kClosed) == 1; });
      CHECK(on.engine.join(on.joinInput(client, upstream)).generation == 0);
      continue;
    }
    on.until([&] { return on.client.received.size() > 2 && id.generation != 0; });
    on.client.close();
    on.until([&] { return on.host.count(RecordKind::kEnded) == 1; });
    CHECK(on.host.records.back().header.code == 1013);
  }
}

TEST_CASE("an engine closes in every state of its sockets, and reports every end before its own close") {
  for (int turns = 0; turns < 6; turns += 1) {
    EngineOnLoop on;
    Peer other;
    const Id unjoined = on.engine.adopt(other.nearDescriptor);
    const Id id = on.engine.join(
        on.joinInput(on.engine.adopt(on.client.nearDescriptor), on.engine.adopt(on.upstream.nearDescriptor)));
    sockaddr_in address{};
    uv_ip4_addr("127.0.0.1", 0, &address);
    const int64_t listener = on.engine.listen(reinterpret_cast<sockaddr*>(&address), 16);
    REQUIRE(listener >= 0);
    on.engine.resume(unjoined);
    other.send(bytesOf("hello"));
    if (turns % 2 == 1) on.host.command(CommandKind::kDestroy, id);
    for (int turn = 0; turn < turns; turn += 1) uv_run(on.loop.get(), UV_RUN_NOWAIT);
    on.engine.close();
    on.engine.close();
    on.until([&] { return on.host.isClosed; });
    CHECK(on.host.count(RecordKind::kEnded) == 1);
    CHECK(on.host.count(RecordKind::kClosed) == 1);
  }
}

TEST_CASE("a listener reports each accepted connection with the address of its peer") {
  EngineOnLoop on;
  ::close(on.client.nearDescriptor);
  ::close(on.upstream.nearDescriptor);
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", 0, &address);
  const int64_t listener = on.engine.listen(reinterpret_cast<sockaddr*>(&address), 128);
  REQUIRE(listener >= 0);
  uv_ip4_addr("127.0.0.1", on.engine.portOf(static_cast<uint32_t>(listener)), &address);
  constexpr size_t kSockets = 100;
  std::vector<int> descriptors;
  for (size_t index = 0; index < kSockets; index += 1) {
    descriptors.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(connect(descriptors.back(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  }
  on.until([&] { return on.host.count(RecordKind::kAccepted) == kSockets; });
  for (const Record& record : on.host.records) CHECK(record.data == bytesOf("127.0.0.1"));
  CHECK(on.engine.unjoinedSockets() == kSockets);
  for (const Record& record : std::vector<Record>(on.host.records))
    on.engine.write(record.header.id, bytesOf("x").data(), 1);
  for (const int descriptor : descriptors) {
    char byte = 0;
    CHECK(recv(descriptor, &byte, 1, 0) == 1);
    ::close(descriptor);
  }
  on.engine.stopListening(static_cast<uint32_t>(listener));
}

TEST_CASE(
    "a connection in the accept queue of a stopped listener is accepted by the next listener on that descriptor") {
  EngineOnLoop on;
  ::close(on.client.nearDescriptor);
  ::close(on.upstream.nearDescriptor);
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", 0, &address);
  socklen_t length = sizeof(address);
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(bind(descriptor, reinterpret_cast<sockaddr*>(&address), length) == 0);
  REQUIRE(getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) == 0);

  const int64_t first = on.engine.listenOn(dup(descriptor), 8);
  REQUIRE(first >= 0);
  CHECK(on.engine.portOf(static_cast<uint32_t>(first)) == ntohs(address.sin_port));
  on.engine.stopListening(static_cast<uint32_t>(first));
  on.until([&] { return on.engine.portOf(static_cast<uint32_t>(first)) == 0; });
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&address), length) == 0);

  const int64_t second = on.engine.listenOn(dup(descriptor), 8);
  on.until([&] { return on.host.count(RecordKind::kAccepted) == 1; });
  CHECK(on.host.records.back().header.number == static_cast<uint32_t>(second));
  ::close(client);
  ::close(descriptor);
}

TEST_CASE("a descriptor that is not a socket is closed, and the engine returns the error") {
  EngineOnLoop on;
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(on.engine.listenOn(file, 8) < 0);
  CHECK(fcntl(file, F_GETFD) == -1);
  ::close(on.client.nearDescriptor);
  ::close(on.upstream.nearDescriptor);
}
