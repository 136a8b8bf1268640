// The JavaScript interface of the engine, built on Node-API alone. No exception crosses this interface, and it is not
// on the path of frames.

#include <fcntl.h>
#include <node_api.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine.h"
#include "shared_port.h"

namespace sluice {
namespace {

// The outbox begins with a header that holds the number of bytes that follow it.
constexpr size_t kOutboxHeaderBytes = 8;

/// The numeric arguments of `join`, as 64-bit floats in this order.
struct JoinNumbers {
  double idleMs;
  double maxLifetimeMs;
  double pingIntervalMs;
  double closeTimeoutMs;
  double halfOpenTimeoutMs;
  double maxMessageBytes;
  double reservedBits;
  double onRate;
};

// JavaScript represents an id as one number.
constexpr double kSlots = 4294967296.0;

double numberOf(Id id) { return id.generation * kSlots + id.slot; }

Id idOf(double number) {
  if (!(number >= 0 && number < kSlots * kSlots)) return Id{0, 0};
  const auto word = static_cast<uint64_t>(number);
  return Id{static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)};
}

void throwError(napi_env env, const char* message) { napi_throw_error(env, nullptr, message); }

/// Returns the memory of a typed array; null for any other value.
void* memoryOf(napi_env env, napi_value value, size_t* bytes) {
  bool isTypedArray = false;
  if (napi_is_typedarray(env, value, &isTypedArray) != napi_ok || !isTypedArray) return nullptr;
  napi_typedarray_type type = napi_uint8_array;
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr);
  *bytes = type == napi_float64_array ? length * sizeof(double) : length;
  return data;
}

/// The arguments of a method call.
template <size_t kCount>
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = kCount;
    // Missing arguments are undefined.
    napi_get_cb_info(env, info, &count, values_, nullptr, nullptr);
  }

  napi_value operator[](size_t index) const { return values_[index]; }

  /// Returns NaN if the argument is not a number.
  double numberAt(size_t index) const {
    double number = std::nan("");
    napi_get_value_double(env_, values_[index], &number);
    return number;
  }

  /// Parses an IP address as text, and a port. Returns 0 or a libuv error.
  int addressAt(size_t textIndex, size_t portIndex, sockaddr_storage* address) const {
    char text[64] = "";
    napi_get_value_string_latin1(env_, values_[textIndex], text, sizeof(text), nullptr);
    const double port = numberAt(portIndex);
    if (!(port >= 0 && port <= 65535)) return UV_EINVAL;
    if (uv_ip4_addr(text, static_cast<int>(port), reinterpret_cast<sockaddr_in*>(address)) == 0) return 0;
    return uv_ip6_addr(text, static_cast<int>(port), reinterpret_cast<sockaddr_in6*>(address));
  }

 private:
  napi_env env_;
  napi_value values_[kCount];
};

/// An engine, and the JavaScript objects that it needs.
class Binding final : private EngineHost {
 public:
  static napi_value create(napi_env env, napi_callback_info info);
  bool isOpen() const { return engine_ != nullptr; }

  napi_value listen(napi_callback_info info);
  napi_value listenOn(napi_callback_info info);
  napi_value portOf(napi_callback_info info);
  napi_value stopListening(napi_callback_info info);
  napi_value connect(napi_callback_info info);
  napi_value adopt(napi_callback_info info);
  napi_value write(napi_callback_info info);
  template <void (Engine::*kAct)(Id)>
  napi_value act(napi_callback_info info);
  napi_value release(napi_callback_info info);
  napi_value join(napi_callback_info info);
  napi_value countersPage(napi_callback_info info);
  napi_value runCommands();
  napi_value undelivered();
  napi_value advanceClock(napi_callback_info info);
  napi_value connections();
  napi_value unjoinedSockets();
  napi_value close();

 private:
  explicit Binding(napi_env env) : env_(env) {}
  ~Binding() = default;

  bool open(size_t count, const napi_value* arguments);
  void onRecords(size_t start, size_t end) override;
  void onTapped(const uint8_t* bytes, size_t length) override;
  Counters* createCountersPage() override;
  void onLaneIdle(LaneMemory* memory) override;
  const uint8_t* takeCommands(size_t* length) override;
  void onClosed() override;

  LaneMemory* laneOf(napi_value array);
  napi_value number(double value);
  napi_value boolean(bool value);
  void call(napi_ref function, size_t count, const napi_value* arguments);
  void freeWhenUnused();

  napi_env env_;
  std::unique_ptr<Engine> engine_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle cleanup_ = nullptr;
  napi_ref object_ = nullptr;
  std::vector<napi_ref> references_;
  std::vector<napi_ref> pages_;
  std::unordered_map<LaneMemory*, napi_ref> lanes_;
  napi_ref onRecords_ = nullptr;
  napi_ref onTapped_ = nullptr;
  napi_ref onClosed_ = nullptr;
  uint8_t* inbox_ = nullptr;
  size_t inboxBytes_ = 0;
  uint8_t* outbox_ = nullptr;
  size_t outboxBytes_ = 0;
  bool isEnvironmentGone_ = false;
  bool isObjectGone_ = false;
};

Binding* bindingOf(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  void* binding = nullptr;
  if (napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr) != napi_ok) return nullptr;
  if (napi_unwrap(env, self, &binding) != napi_ok) {
    throwError(env, "this is no engine");
    return nullptr;
  }
  if (static_cast<Binding*>(binding)->isOpen()) return static_cast<Binding*>(binding);
  throwError(env, "the engine is closed");
  return nullptr;
}

template <napi_value (Binding::*kMethod)(napi_callback_info)>
napi_value method(napi_env env, napi_callback_info info) {
  Binding* binding = bindingOf(env, info);
  return binding == nullptr ? nullptr : (binding->*kMethod)(info);
}

template <napi_value (Binding::*kMethod)()>
napi_value plainMethod(napi_env env, napi_callback_info info) {
  Binding* binding = bindingOf(env, info);
  return binding == nullptr ? nullptr : (binding->*kMethod)();
}

// createEngine(nowMs, inbox, outbox, onRecords, onTapped, onClosed)
napi_value Binding::create(napi_env env, napi_callback_info info) {
  size_t count = 6;
  napi_value arguments[6];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  auto* binding = new Binding(env);
  if (!binding->open(count, arguments)) {
    delete binding;
    throwError(env, "createEngine needs (nowMs, inbox, outbox, onRecords, onTapped, onClosed)");
    return nullptr;
  }
  napi_value object = nullptr;
  const napi_property_attributes attributes = napi_default_method;
  const napi_property_descriptor methods[] = {
      {"listen", nullptr, method<&Binding::listen>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"listenOn", nullptr, method<&Binding::listenOn>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"portOf", nullptr, method<&Binding::portOf>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"stopListening", nullptr, method<&Binding::stopListening>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"connect", nullptr, method<&Binding::connect>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"adopt", nullptr, method<&Binding::adopt>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"write", nullptr, method<&Binding::write>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"release", nullptr, method<&Binding::release>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"join", nullptr, method<&Binding::join>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"countersPage", nullptr, method<&Binding::countersPage>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"advanceClock", nullptr, method<&Binding::advanceClock>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"end", nullptr, method<&Binding::act<&Engine::end>>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"pause", nullptr, method<&Binding::act<&Engine::pause>>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"resume", nullptr, method<&Binding::act<&Engine::resume>>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"destroy", nullptr, method<&Binding::act<&Engine::destroy>>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"reset", nullptr, method<&Binding::act<&Engine::reset>>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"runCommands", nullptr, plainMethod<&Binding::runCommands>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"undelivered", nullptr, plainMethod<&Binding::undelivered>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"connections", nullptr, plainMethod<&Binding::connections>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"unjoinedSockets", nullptr, plainMethod<&Binding::unjoinedSockets>, nullptr, nullptr, nullptr, attributes,
       nullptr},
      {"close", nullptr, plainMethod<&Binding::close>, nullptr, nullptr, nullptr, attributes, nullptr},
  };
  napi_create_object(env, &object);
  napi_define_properties(env, object, sizeof(methods) / sizeof(methods[0]), methods);
  const napi_finalize finalize = [](napi_env, void* data, void*) {
    auto* gone = static_cast<Binding*>(data);
    gone->isObjectGone_ = true;
    gone->freeWhenUnused();
  };
  napi_wrap(env, object, binding, finalize, nullptr, nullptr);
  // The engine keeps its object alive until it is closed, because its connections may outlive all users of the object.
  napi_create_reference(env, object, 1, &binding->object_);
  return object;
}

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

// listen(address, port, backlog): returns the number of a listener, or a libuv error
napi_value Binding::listen(napi_callback_info info) {
  const Arguments<3> arguments(env_, info);
  sockaddr_storage address{};
  const int error = arguments.addressAt(0, 1, &address);
  const auto backlog = static_cast<int>(arguments.numberAt(2));
  return number(error != 0 ? error
                           : static_cast<double>(engine_->listen(reinterpret_cast<sockaddr*>(&address), backlog)));
}

// listenOn(descriptor, backlog): like `listen`, on a bound descriptor, which the engine takes ownership of
napi_value Binding::listenOn(napi_callback_info info) {
  const Arguments<2> arguments(env_, info);
  const auto descriptor = static_cast<int>(arguments.numberAt(0));
  return number(static_cast<double>(engine_->listenOn(descriptor, static_cast<int>(arguments.numberAt(1)))));
}

// portOf(listener)
napi_value Binding::portOf(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  return number(engine_->portOf(static_cast<uint32_t>(arguments.numberAt(0))));
}

// stopListening(listener)
napi_value Binding::stopListening(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  engine_->stopListening(static_cast<uint32_t>(arguments.numberAt(0)));
  return nullptr;
}

// connect(address, port): returns the id of a socket, or a libuv error
napi_value Binding::connect(napi_callback_info info) {
  const Arguments<2> arguments(env_, info);
  sockaddr_storage address{};
  const int error = arguments.addressAt(0, 1, &address);
  return number(error != 0 ? error : numberOf(engine_->connect(reinterpret_cast<sockaddr*>(&address))));
}

// adopt(descriptor): returns the id of a socket on a copy of the descriptor, or a libuv error
napi_value Binding::adopt(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  const int copy = fcntl(static_cast<int>(arguments.numberAt(0)), F_DUPFD_CLOEXEC, 0);
  return number(copy < 0 ? uv_translate_sys_error(errno) : numberOf(engine_->adopt(copy)));
}

// write(socket, bytes or Latin-1 text)
napi_value Binding::write(napi_callback_info info) {
  const Arguments<2> arguments(env_, info);
  const Id id = idOf(arguments.numberAt(0));
  size_t bytes = 0;
  if (const auto* memory = static_cast<const uint8_t*>(memoryOf(env_, arguments[1], &bytes))) {
    return boolean(engine_->write(id, memory, bytes));
  }
  size_t length = 0;
  if (napi_get_value_string_latin1(env_, arguments[1], nullptr, 0, &length) != napi_ok) {
    throwError(env_, "write needs bytes or a text");
    return nullptr;
  }
  std::vector<char> text(length + 1);
  napi_get_value_string_latin1(env_, arguments[1], text.data(), text.size(), &length);
  return boolean(engine_->write(id, reinterpret_cast<const uint8_t*>(text.data()), length));
}

// Each of these methods is called with the id of a socket.
template <void (Engine::*kAct)(Id)>
napi_value Binding::act(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  (engine_.get()->*kAct)(idOf(arguments.numberAt(0)));
  return nullptr;
}

// release(socket): returns a descriptor, or -1
napi_value Binding::release(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  return number(engine_->release(idOf(arguments.numberAt(0))));
}

// join(client, upstream, clientHead, upstreamHead, numbers, laneFromClient, laneFromUpstream): returns the id of a
// connection, or 0
napi_value Binding::join(napi_callback_info info) {
  const Arguments<7> arguments(env_, info);
  size_t numbersBytes = 0;
  const auto* numbers = static_cast<const JoinNumbers*>(memoryOf(env_, arguments[4], &numbersBytes));
  JoinInput input{};
  input.client = idOf(arguments.numberAt(0));
  input.upstream = idOf(arguments.numberAt(1));
  input.clientHead = static_cast<const uint8_t*>(memoryOf(env_, arguments[2], &input.clientHeadBytes));
  input.upstreamHead = static_cast<const uint8_t*>(memoryOf(env_, arguments[3], &input.upstreamHeadBytes));
  input.laneFromClient = laneOf(arguments[5]);
  input.laneFromUpstream = laneOf(arguments[6]);
  if (numbersBytes != sizeof(JoinNumbers) || input.laneFromClient == nullptr || input.laneFromUpstream == nullptr) {
    throwError(env_, "join needs (client, upstream, clientHead, upstreamHead, numbers, lane, lane)");
    return nullptr;
  }
  input.limits = RelayLimits{{numbers->idleMs, numbers->maxLifetimeMs, numbers->pingIntervalMs},
                             numbers->closeTimeoutMs,
                             numbers->halfOpenTimeoutMs};
  input.maxMessageBytes = maxMessageBytesOf(numbers->maxMessageBytes);
  input.reservedBits = static_cast<ReservedBits>(static_cast<uint8_t>(numbers->reservedBits));
  input.onRate = static_cast<OnRate>(static_cast<uint8_t>(numbers->onRate));
  return number(numberOf(engine_->join(input)));
}

// The memory is kept alive as long as a connection uses the lane.
LaneMemory* Binding::laneOf(napi_value array) {
  size_t bytes = 0;
  auto* memory = static_cast<LaneMemory*>(memoryOf(env_, array, &bytes));
  if (memory == nullptr || bytes != sizeof(LaneMemory)) return nullptr;
  napi_ref& reference = lanes_[memory];
  if (reference == nullptr) napi_create_reference(env_, array, 1, &reference);
  return memory;
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

// countersPage(index): returns the counters of the connections of 1,024 slots, as a Float64Array
napi_value Binding::countersPage(napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  napi_get_cb_info(env_, info, &count, &argument, nullptr, nullptr);
  uint32_t index = 0;
  napi_value page = nullptr;
  if (napi_get_value_uint32(env_, argument, &index) == napi_ok && index < pages_.size()) {
    napi_get_reference_value(env_, pages_[index], &page);
  }
  return page;
}

napi_value Binding::runCommands() {
  engine_->runCommands();
  return nullptr;
}

// undelivered(): returns the start offset of the records times 2^32, plus their end offset
napi_value Binding::undelivered() {
  const Engine::Records records = engine_->undelivered();
  return number(static_cast<double>(records.start) * kSlots + static_cast<double>(records.end));
}

// advanceClock(milliseconds)
napi_value Binding::advanceClock(napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  double milliseconds = 0;
  napi_get_cb_info(env_, info, &count, &argument, nullptr, nullptr);
  if (napi_get_value_double(env_, argument, &milliseconds) == napi_ok && engine_ != nullptr)
    engine_->advanceClock(milliseconds);
  return nullptr;
}

napi_value Binding::connections() { return number(static_cast<double>(engine_->connections())); }

napi_value Binding::unjoinedSockets() { return number(static_cast<double>(engine_->unjoinedSockets())); }

napi_value Binding::close() {
  engine_->close();
  return nullptr;
}

napi_value Binding::boolean(bool value) {
  napi_value result = nullptr;
  napi_get_boolean(env_, value, &result);
  return result;
}

napi_value Binding::number(double value) {
  napi_value result = nullptr;
  napi_create_double(env_, value, &result);
  return result;
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

napi_value createNumber(napi_env env, int value) {
  napi_value result = nullptr;
  napi_create_int32(env, value, &result);
  return result;
}

// reservePort(address, port) and openListener(address, port): return a descriptor, or a libuv error
template <int (*kBind)(const sockaddr*)>
napi_value bindDescriptor(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  sockaddr_storage address{};
  const int error = arguments.addressAt(0, 1, &address);
  return createNumber(env, error != 0 ? error : kBind(reinterpret_cast<sockaddr*>(&address)));
}

// boundPortOf(descriptor)
napi_value readBoundPort(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  return createNumber(env, boundPortOf(static_cast<int>(arguments.numberAt(0))));
}

napi_value initialize(napi_env env, napi_value exports) {
  napi_value compiled = nullptr;
  napi_value actual = nullptr;
  napi_create_double(env, static_cast<double>(sizeof(uv_tcp_t)), &compiled);
  napi_create_double(env, static_cast<double>(uv_handle_size(UV_TCP)), &actual);
  const napi_property_descriptor properties[] = {
      {"compiledTcpBytes", nullptr, nullptr, nullptr, nullptr, compiled, napi_enumerable, nullptr},
      {"runtimeTcpBytes", nullptr, nullptr, nullptr, nullptr, actual, napi_enumerable, nullptr},
      {"createEngine", nullptr, Binding::create, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"reservePort", nullptr, bindDescriptor<reservePort>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"openListener", nullptr, bindDescriptor<openListener>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"boundPortOf", nullptr, readBoundPort, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof(properties) / sizeof(properties[0]), properties);
  return exports;
}

}  // namespace
}  // namespace sluice

NAPI_MODULE_INIT() { return sluice::initialize(env, exports); }
