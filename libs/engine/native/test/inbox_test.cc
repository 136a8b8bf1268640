#include "../src/inbox.h"

#include <doctest/doctest.h>

#include <cstring>

#include "frames.h"

using namespace sluice;

namespace {

RecordHeader headerWith(size_t dataBytes) {
  return RecordHeader{RecordKind::kData, 0, 0, 0, Id{1, 1}, static_cast<uint32_t>(dataBytes), 0, 0};
}

}  // namespace

TEST_CASE("records are appended until the inbox is full, and a record that does not fit leaves the inbox unchanged") {
  // The memory is exactly as large as stated, so that a write beyond its end is detected.
  Bytes memory(200);
  Inbox inbox(memory.data(), memory.size());
  const Bytes data(100, 7);
  CHECK(inbox.append(headerWith(100), data.data()));
  CHECK(inbox.length() == 24 + 104);
  CHECK_FALSE(inbox.append(headerWith(100), data.data()));
  CHECK(inbox.length() == 128);
  CHECK(inbox.append(headerWith(48), data.data()));
  CHECK(inbox.length() == 200);
  CHECK_FALSE(inbox.append(headerWith(0), nullptr));
  inbox.clear();
  CHECK(inbox.append(headerWith(0), nullptr));
}

TEST_CASE("the smallest inbox has room for the largest read") {
  Bytes memory(Inbox::kMinCapacity);
  Inbox inbox(memory.data(), memory.size());
  const Bytes data(65536, 7);
  CHECK(inbox.append(headerWith(data.size()), data.data()));
}

TEST_CASE("a batch ends at its maximum number of records, or with the last record") {
  Bytes memory(1000);
  Inbox inbox(memory.data(), memory.size());
  const Bytes data(9, 7);
  CHECK(inbox.endOfBatch(0, 4) == 0);
  for (int count = 0; count < 5; count += 1) inbox.append(headerWith(9), data.data());
  CHECK(inbox.endOfBatch(0, 2) == 80);
  CHECK(inbox.endOfBatch(80, 2) == 160);
  CHECK(inbox.endOfBatch(160, 2) == 200);
  CHECK(inbox.endOfBatch(200, 2) == 200);
}

TEST_CASE("data in parts is one record, as if it were in one piece") {
  Bytes memory(200);
  Inbox inbox(memory.data(), memory.size());
  REQUIRE(inbox.append(headerWith(7), {"ab", "", "cdefg"}));
  CHECK(Bytes(memory.begin() + 24, memory.begin() + 31) == bytesOf("abcdefg"));
  CHECK(inbox.length() == 32);
}

TEST_CASE("a socket has untaken records from an offset on until they are marked as taken") {
  Bytes memory(200);
  Inbox inbox(memory.data(), memory.size());
  const Bytes data(9, 7);
  inbox.append(headerWith(9), data.data());
  inbox.append(RecordHeader{RecordKind::kFin, 0, 0, 0, Id{2, 1}, 0, 0, 0}, nullptr);
  CHECK(inbox.hasUntaken(0, Id{1, 1}, Id{9, 9}));
  CHECK(inbox.hasUntaken(0, Id{9, 9}, Id{1, 1}));
  CHECK_FALSE(inbox.hasUntaken(40, Id{1, 1}, Id{9, 9}));
  CHECK_FALSE(inbox.hasUntaken(0, Id{1, 2}, Id{9, 9}));
  memory[0] = static_cast<uint8_t>(RecordKind::kTaken);
  CHECK_FALSE(inbox.hasUntaken(0, Id{1, 1}, Id{9, 9}));
  CHECK(inbox.hasUntaken(0, Id{2, 1}, Id{9, 9}));
}
