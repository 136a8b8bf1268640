#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "records.h"

namespace sluice {

/// Assigns ids to objects. A slot is reused, and its generation distinguishes its users: the id of a removed object is
/// not found.
template <typename T>
class SlotTable {
 public:
  Id add(T* object) {
    if (free_.empty()) {
      // The first generation is 1, so that an id of zeros is never valid.
      entries_.push_back(Entry{nullptr, 1});
      free_.push_back(static_cast<uint32_t>(entries_.size() - 1));
    }
    const uint32_t slot = free_.back();
    free_.pop_back();
    entries_[slot].object = object;
    size_ += 1;
    return Id{slot, entries_[slot].generation};
  }

  /// The slot that is assigned next.
  uint32_t nextSlot() const { return free_.empty() ? static_cast<uint32_t>(entries_.size()) : free_.back(); }

  T* find(Id id) const {
    if (id.slot >= entries_.size() || entries_[id.slot].generation != id.generation) return nullptr;
    return entries_[id.slot].object;
  }

  void remove(Id id) {
    Entry& entry = entries_[id.slot];
    entry.object = nullptr;
    entry.generation = entry.generation == kMaxGeneration ? 1 : entry.generation + 1;
    free_.push_back(id.slot);
    size_ -= 1;
  }

  size_t size() const { return size_; }

  template <typename Visit>
  void forEach(Visit visit) const {
    for (const Entry& entry : entries_) {
      if (entry.object != nullptr) visit(*entry.object);
    }
  }

 private:
  // With this maximum, a slot and a generation fit exactly into one JavaScript number.
  static constexpr uint32_t kMaxGeneration = (1U << 20) - 1;

  struct Entry {
    T* object;
    uint32_t generation;
  };

  std::vector<Entry> entries_;
  std::vector<uint32_t> free_;
  size_t size_ = 0;
};

}  // namespace sluice
