#include "../src/slot_table.h"

#include <doctest/doctest.h>

using namespace sluice;

TEST_CASE("the id of a removed entry finds nothing, even when its slot is in use again") {
  SlotTable<int> table;
  int one = 1;
  int two = 2;
  const Id first = table.add(&one);
  CHECK(first.generation != 0);
  CHECK(table.find(first) == &one);
  table.remove(first);
  CHECK(table.find(first) == nullptr);
  CHECK(table.nextSlot() == first.slot);
  const Id second = table.add(&two);
  CHECK(second.slot == first.slot);
  CHECK(table.find(first) == nullptr);
  CHECK(table.find(second) == &two);
  CHECK(table.size() == 1);
}

TEST_CASE("an id of zeros, or of a slot that never existed, finds nothing") {
  SlotTable<int> table;
  int one = 1;
  CHECK(table.find(Id{0, 0}) == nullptr);
  table.add(&one);
  CHECK(table.find(Id{0, 0}) == nullptr);
  CHECK(table.find(Id{1, 1}) == nullptr);
  CHECK(table.find(Id{UINT32_MAX, UINT32_MAX}) == nullptr);
}

TEST_CASE("generations stay exact in a number of JavaScript and never become zero") {
  SlotTable<int> table;
  int one = 1;
  for (uint32_t count = 0; count < (1U << 20) + 10; count += 1) {
    const Id id = table.add(&one);
    if (id.generation == 0 || id.generation >= 1U << 20) FAIL("a generation out of bounds");
    table.remove(id);
  }
  CHECK(table.size() == 0);
}
