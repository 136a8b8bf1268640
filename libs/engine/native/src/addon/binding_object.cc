// Creates the JavaScript object of an engine, with its methods.

#include "arguments.h"
#include "binding.h"

namespace sluice {
namespace {

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
