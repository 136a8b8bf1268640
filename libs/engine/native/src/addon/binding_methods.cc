// The methods of an engine that JavaScript calls.

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "../accept_key.h"
#include "arguments.h"
#include "binding.h"

namespace sluice {
namespace {

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

}  // namespace

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
      {"takeBack", nullptr, method<&Binding::takeBack>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"adopt", nullptr, method<&Binding::adopt>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"write", nullptr, method<&Binding::write>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"release", nullptr, method<&Binding::release>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"join", nullptr, method<&Binding::join>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"setNarrowerLanes", nullptr, method<&Binding::setNarrowerLanes>, nullptr, nullptr, nullptr, attributes, nullptr},
      {"bufferedBytes", nullptr, method<&Binding::bufferedBytes>, nullptr, nullptr, nullptr, attributes, nullptr},
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

// connect(address, port, request, key, protocols, mayCompress): returns the id of a socket, or a libuv error. The last
// four begin an exchange, if `request` is a text.
napi_value Binding::connect(napi_callback_info info) {
  const Arguments<6> arguments(env_, info);
  sockaddr_storage address{};
  const int error = arguments.addressAt(0, 1, &address);
  if (error != 0) return number(error);
  std::unique_ptr<UpstreamExchange> exchange;
  if (arguments.isText(2)) {
    SwitchingOffer offer{acceptKeyOf(arguments.textAt(3)), arguments.textAt(4), arguments.flagAt(5)};
    exchange = std::make_unique<UpstreamExchange>(arguments.textAt(2), std::move(offer));
  }
  return number(numberOf(engine_->connect(reinterpret_cast<sockaddr*>(&address), std::move(exchange))));
}

// takeBack(socket): returns undefined if there is no exchange, or its outcome was reported; null if its request was not
// sent; otherwise the milliseconds since it was sent, as a 64-bit float, and the bytes of the answer
napi_value Binding::takeBack(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  const std::unique_ptr<UpstreamExchange> exchange = engine_->takeBack(idOf(arguments.numberAt(0)));
  napi_value result = nullptr;
  if (exchange == nullptr) return result;
  if (!exchange->isSent()) {
    napi_get_null(env_, &result);
    return result;
  }
  const double sentForMs = engine_->millisecondsSince(exchange->sentAtMs());
  const std::string& received = exchange->received();
  void* memory = nullptr;
  if (napi_create_buffer(env_, sizeof(sentForMs) + received.size(), &memory, &result) != napi_ok) return nullptr;
  std::memcpy(memory, &sentForMs, sizeof(sentForMs));
  std::memcpy(static_cast<uint8_t*>(memory) + sizeof(sentForMs), received.data(), received.size());
  return result;
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

// join(client, upstream, clientHead, upstreamHead, numbers, laneFromClient, laneFromUpstream, extraFields, narrowerLanes):
// returns the id of a connection, or 0
napi_value Binding::join(napi_callback_info info) {
  const Arguments<9> arguments(env_, info);
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
    throwError(env_, "join needs (client, upstream, clientHead, upstreamHead, numbers, lane, lane, extraFields)");
    return nullptr;
  }
  input.limits = RelayLimits{{numbers->idleMs, numbers->maxLifetimeMs, numbers->pingIntervalMs},
                             numbers->closeTimeoutMs,
                             numbers->halfOpenTimeoutMs};
  input.maxMessageBytes = maxMessageBytesOf(numbers->maxMessageBytes);
  input.reservedBits = static_cast<ReservedBits>(static_cast<uint8_t>(numbers->reservedBits));
  input.onRate = static_cast<OnRate>(static_cast<uint8_t>(numbers->onRate));
  input.extraFields = arguments.textAt(7);
  input.narrowerLanes = narrowerLanesOf(arguments[8]);
  const Id connection = engine_->join(input);
  forgetUnused(input.narrowerLanes);
  return number(numberOf(connection));
}

// setNarrowerLanes(connection, narrowerLanes)
napi_value Binding::setNarrowerLanes(napi_callback_info info) {
  const Arguments<2> arguments(env_, info);
  const NarrowerLanes<LaneMemory> lanes = narrowerLanesOf(arguments[1]);
  engine_->setNarrowerLanes(idOf(arguments.numberAt(0)), lanes);
  forgetUnused(lanes);
  return nullptr;
}

// bufferedBytes(connection)
napi_value Binding::bufferedBytes(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  return number(static_cast<double>(engine_->bufferedBytes(idOf(arguments.numberAt(0)))));
}

// An array of at most two pairs of lanes, of the client's messages and of the upstream's. Any other value means none.
NarrowerLanes<LaneMemory> Binding::narrowerLanesOf(napi_value arrays) {
  NarrowerLanes<LaneMemory> lanes;
  uint32_t length = 0;
  if (napi_get_array_length(env_, arrays, &length) != napi_ok) return lanes;
  for (uint32_t index = 0; index < std::min<uint32_t>(length, 2 * lanes.kMax); index += 1) {
    napi_value array = nullptr;
    napi_get_element(env_, arrays, index, &array);
    lanes.from[index % 2][index / 2] = laneOf(array);
  }
  return lanes;
}

// A connection that has ended has taken no lane.
void Binding::forgetUnused(const NarrowerLanes<LaneMemory>& lanes) {
  for (const Side side : kSides) {
    lanes.forEachFrom(side, [this](LaneMemory& memory) {
      if (!engine_->usesLane(&memory)) onLaneIdle(&memory);
    });
  }
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

}  // namespace sluice
