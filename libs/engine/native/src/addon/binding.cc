#include "binding.h"

#include <algorithm>
#include <cstring>

#include "arguments.h"

namespace sluice {
namespace {

// The outbox begins with a header that holds the number of bytes that follow it.
constexpr size_t kOutboxHeaderBytes = 8;

}  // namespace

bool Binding::open(size_t count, const napi_value* arguments) {
  double nowMs = 0;
  if (count < 6 || napi_get_value_double(env_, arguments[0], &nowMs) != napi_ok) return false;
  inbox_ = static_cast<uint8_t*>(memoryOf(env_, arguments[1], &inboxBytes_));
  outbox_ = static_cast<uint8_t*>(memoryOf(env_, arguments[2], &outboxBytes_));
  if (inbox_ == nullptr || inboxBytes_ < Inbox::kMinCapacity || outbox_ == nullptr || outboxBytes_ < kOutboxHeaderBytes)
    return false;
  for (size_t index = 3; index < 6; index += 1) {
    napi_valuetype type = napi_undefined;
    if (napi_typeof(env_, arguments[index], &type) != napi_ok || type != napi_function) return false;
  }
  for (size_t index = 1; index < 6; index += 1) {
    napi_ref reference = nullptr;
    napi_create_reference(env_, arguments[index], 1, &reference);
    references_.push_back(reference);
  }
  onRecords_ = references_[2];
  onTapped_ = references_[3];
  onClosed_ = references_[4];
  napi_value name = nullptr;
  napi_create_string_utf8(env_, "sluice.engine", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env_, nullptr, name, &context_);
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env_, &loop) != napi_ok) return false;
  EngineHost& host = *this;
  engine_ = std::make_unique<Engine>(loop, nowMs, Inbox(inbox_, inboxBytes_), host);
  const auto onCleanup = [](napi_async_cleanup_hook_handle, void* data) {
    auto* binding = static_cast<Binding*>(data);
    binding->isEnvironmentGone_ = true;
    binding->engine_->close();
  };
  napi_add_async_cleanup_hook(env_, onCleanup, this, &cleanup_);
  return true;
}

void Binding::onLaneIdle(LaneMemory* memory) {
  const auto found = lanes_.find(memory);
  if (found == lanes_.end()) return;
  napi_delete_reference(env_, found->second);
  lanes_.erase(found);
}

Counters* Binding::createCountersPage() {
  constexpr size_t kBytes = Engine::kSlotsPerPage * 2 * sizeof(Counters);
  void* memory = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  napi_ref reference = nullptr;
  if (napi_create_arraybuffer(env_, kBytes, &memory, &buffer) != napi_ok) return nullptr;
  napi_create_typedarray(env_, napi_float64_array, kBytes / sizeof(double), buffer, 0, &array);
  napi_create_reference(env_, array, 1, &reference);
  pages_.push_back(reference);
  return static_cast<Counters*>(memory);
}

void Binding::onRecords(size_t start, size_t end) {
  if (isEnvironmentGone_) return;
  napi_handle_scope scope = nullptr;
  napi_value arguments[2];
  napi_open_handle_scope(env_, &scope);
  napi_create_uint32(env_, static_cast<uint32_t>(start), &arguments[0]);
  napi_create_uint32(env_, static_cast<uint32_t>(end), &arguments[1]);
  call(onRecords_, 2, arguments);
  napi_close_handle_scope(env_, scope);
}

void Binding::onTapped(const uint8_t* bytes, size_t length) {
  if (isEnvironmentGone_) return;
  napi_handle_scope scope = nullptr;
  napi_value buffer = nullptr;
  napi_open_handle_scope(env_, &scope);
  if (napi_create_buffer_copy(env_, length, bytes, nullptr, &buffer) == napi_ok) call(onTapped_, 1, &buffer);
  napi_close_handle_scope(env_, scope);
}

const uint8_t* Binding::takeCommands(size_t* length) {
  uint32_t used = 0;
  const uint32_t none = 0;
  std::memcpy(&used, outbox_, sizeof(used));
  std::memcpy(outbox_, &none, sizeof(none));
  *length = isEnvironmentGone_ ? 0 : std::min<size_t>(used, outboxBytes_ - kOutboxHeaderBytes);
  return outbox_ + kOutboxHeaderBytes;
}

// Nothing of the engine runs any more. Its memory can be freed after the turn that reports this.
void Binding::onClosed() {
  if (!isEnvironmentGone_) {
    napi_handle_scope scope = nullptr;
    napi_open_handle_scope(env_, &scope);
    call(onClosed_, 0, nullptr);
    for (const napi_ref reference : references_) napi_delete_reference(env_, reference);
    for (const napi_ref page : pages_) napi_delete_reference(env_, page);
    napi_async_destroy(env_, context_);
    napi_delete_reference(env_, object_);
    napi_close_handle_scope(env_, scope);
  }
  engine_.reset();
  // If the environment is being torn down, removing the hook lets the teardown continue; it has waited for the handles.
  napi_remove_async_cleanup_hook(cleanup_);
  cleanup_ = nullptr;
  freeWhenUnused();
}

void Binding::freeWhenUnused() {
  if (engine_ == nullptr && isObjectGone_) delete this;
}

void Binding::call(napi_ref function, size_t count, const napi_value* arguments) {
  napi_value callee = nullptr;
  napi_value receiver = nullptr;
  napi_get_reference_value(env_, function, &callee);
  napi_get_global(env_, &receiver);
  if (napi_make_callback(env_, context_, receiver, callee, count, arguments, nullptr) != napi_pending_exception) return;
  napi_value error = nullptr;
  napi_get_and_clear_last_exception(env_, &error);
  napi_fatal_exception(env_, error);
}

}  // namespace sluice
