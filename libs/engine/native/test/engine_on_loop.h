#pragma once

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <list>
#include <vector>

#include "../src/engine.h"
#include "no_rate.h"
#include "peer.h"
#include "test_loop.h"

namespace sluice {

struct Record {
  RecordHeader header;
  Bytes data;
};

/// Stands in for JavaScript: it keeps the records, and can act on each during its delivery.
class Host final : public EngineHost {
 public:
  explicit Host(size_t inboxBytes) : inbox(inboxBytes) {}

  void onRecords(size_t start, size_t end) override {
    take(start, end);
    afterRecords();
  }
  void take(size_t start, size_t end) {
    for (size_t offset = start; offset < end;) {
      Record record{};
      std::memcpy(&record.header, inbox.data() + offset, sizeof(record.header));
      const uint8_t* data = inbox.data() + offset + sizeof(record.header);
      record.data.assign(data, data + record.header.dataBytes);
      offset += sizeof(record.header) + paddedBytes(record.header.dataBytes);
      records.push_back(record);
      onRecord(record);
    }
  }
  void onTapped(const uint8_t* bytes, size_t length) override { tapped.insert(tapped.end(), bytes, bytes + length); }
  Counters* createCountersPage() override {
    pages.emplace_back(2 * Engine::kSlotsPerPage);
    return pages.back().data();
  }
  void onLaneIdle(LaneMemory*) override { idleLanes += 1; }
  const uint8_t* takeCommands(size_t* length) override {
    taken.swap(commands);
    commands.clear();
    *length = taken.size();
    return taken.data();
  }
  void onClosed() override { isClosed = true; }

  void command(CommandKind kind, Id id, uint16_t closeCode = 0, const Bytes& data = {}, uint8_t flag = 0) {
    const CommandHeader header{kind, flag, closeCode, id, static_cast<uint32_t>(data.size())};
    const auto* bytes = reinterpret_cast<const uint8_t*>(&header);
    commands.insert(commands.end(), bytes, bytes + sizeof(header));
    commands.insert(commands.end(), data.begin(), data.end());
    commands.resize(paddedBytes(commands.size()));
  }
  size_t count(RecordKind kind) const {
    size_t found = 0;
    for (const Record& record : records) found += record.header.kind == kind ? 1 : 0;
    return found;
  }

  Bytes inbox;
  Bytes commands;
  Bytes taken;
  Bytes tapped;
  std::list<std::vector<Counters>> pages;
  std::vector<Record> records;
  std::function<void(const Record&)> onRecord = [](const Record&) {};
  std::function<void()> afterRecords = [] {};
  int idleLanes = 0;
  bool isClosed = false;
};

/// An engine on a loop. When it closes, all of its sockets must end and be closed.
class EngineOnLoop {
 public:
  explicit EngineOnLoop(size_t inboxBytes = Inbox::kMinCapacity) : host(inboxBytes) {
    uv_async_init(loop.get(), &keepAlive_, nullptr);
  }
  ~EngineOnLoop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&keepAlive_), nullptr);
    engine.close();
    // Here the loop waits only for the engine.
    uv_run(loop.get(), UV_RUN_DEFAULT);
    CHECK(host.isClosed);
    CHECK(engine.connections() == 0);
    CHECK(engine.unjoinedSockets() == 0);
  }

  void until(const std::function<bool()>& isDone) {
    const uint64_t deadline = uv_hrtime() + 60'000'000'000;
    while (!isDone()) {
      if (uv_hrtime() > deadline) FAIL("timed out");
      uv_run(loop.get(), UV_RUN_NOWAIT);
      client.pump();
      upstream.pump();
    }
  }
  JoinInput joinInput(Id one, Id other) {
    JoinInput input{};
    input.client = one;
    input.upstream = other;
    input.limits = RelayLimits{{kUnlimited, kUnlimited, kUnlimited}, 1000, 1000};
    input.laneFromClient = &lanes[0];
    input.laneFromUpstream = &lanes[1];
    input.maxMessageBytes = UINT64_MAX;
    return input;
  }

  TestLoop loop;
  Peer client;
  Peer upstream;
  Host host;
  LaneMemory lanes[2] = {unlimited(), unlimited()};
  Engine engine{loop.get(), 0, Inbox(host.inbox.data(), host.inbox.size()), host};

 private:
  // As the listeners of a gateway do.
  uv_async_t keepAlive_;

  static LaneMemory unlimited() {
    LaneMemory memory{};
    memory.messageTokens.perSecond = memory.byteTokens.perSecond = kNoRate;
    return memory;
  }
};

}  // namespace sluice
