// The methods of an engine for listeners and sockets.

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "../accept_key.h"
#include "arguments.h"
#include "binding.h"

namespace sluice {

// listen(address, port, backlog, readsUpgrades): returns the number of a listener, or a libuv error
napi_value Binding::listen(napi_callback_info info) {
  const Arguments<4> arguments(env_, info);
  sockaddr_storage address{};
  const int error = arguments.addressAt(0, 1, &address);
  if (error != 0) return number(error);
  const auto backlog = static_cast<int>(arguments.numberAt(2));
  const auto* bound = reinterpret_cast<sockaddr*>(&address);
  return number(static_cast<double>(engine_->listen(bound, backlog, arguments.flagAt(3))));
}

// listenOn(descriptor, backlog, readsUpgrades): like `listen`, on a bound descriptor, which the engine takes ownership of
napi_value Binding::listenOn(napi_callback_info info) {
  const Arguments<3> arguments(env_, info);
  const auto descriptor = static_cast<int>(arguments.numberAt(0));
  const auto backlog = static_cast<int>(arguments.numberAt(1));
  return number(static_cast<double>(engine_->listenOn(descriptor, backlog, arguments.flagAt(2))));
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

// release(socket): returns a descriptor, or -1
napi_value Binding::release(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  return number(engine_->release(idOf(arguments.numberAt(0))));
}

}  // namespace sluice
