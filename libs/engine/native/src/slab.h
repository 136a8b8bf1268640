#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace sluice {

/// Memory for objects of one type, in chunks of many objects. Objects need no separate allocation and no allocator
/// header. Released memory is reused first; chunks are freed only with the slab.
template <typename T, size_t kPerChunk = 64>
class Slab {
 public:
  template <typename... Arguments>
  T* create(Arguments&&... arguments) {
    if (free_ == nullptr) grow();
    Cell* cell = free_;
    free_ = cell->next;
    return new (cell->memory) T(std::forward<Arguments>(arguments)...);
  }

  void destroy(T* object) {
    object->~T();
    Cell* cell = reinterpret_cast<Cell*>(object);
    cell->next = free_;
    free_ = cell;
  }

 private:
  union Cell {
    Cell* next;
    alignas(T) unsigned char memory[sizeof(T)];
  };

  void grow() {
    chunks_.push_back(std::unique_ptr<Cell[]>(new Cell[kPerChunk]));
    for (size_t index = kPerChunk; index > 0; index -= 1) {
      Cell* cell = &chunks_.back()[index - 1];
      cell->next = free_;
      free_ = cell;
    }
  }

  std::vector<std::unique_ptr<Cell[]>> chunks_;
  Cell* free_ = nullptr;
};

}  // namespace sluice
