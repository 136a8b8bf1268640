#include "timing_wheel.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

// A tick that is later than this means that the process was halted.
constexpr double kHaltMs = 250;

}  // namespace

void WheelTimer::start(double delayMs) {
  stop();
  wheel_.insert(*this, delayMs);
}

void WheelTimer::stop() {
  if (isRunning()) wheel_.remove(*this);
}

TimingWheel::TimingWheel(uv_loop_t* loop, Clock& clock) : clock_(clock), originMs_(clock.nowMs()), nowMs_(originMs_) {
  uv_timer_init(loop, &handle_);
  handle_.data = this;
  // Sockets keep the process alive; this timer does not.
  uv_unref(reinterpret_cast<uv_handle_t*>(&handle_));
}

void TimingWheel::insert(WheelTimer& timer, double delayMs) {
  const double nowMs = clock_.nowMs();
  if (running_ == 0) {
    nowMs_ = nowMs;
    turnedTo_ = tickAt(nowMs);
    const auto tickMs = static_cast<uint64_t>(kTickMs);
    uv_timer_start(
        &handle_, [](uv_timer_t* handle) { static_cast<TimingWheel*>(handle->data)->turn(); }, tickMs, tickMs);
  }
  running_ += 1;
  const double dueTick = std::ceil((nowMs + delayMs - originMs_) / kTickMs);
  // A limit far beyond any lifetime that is still exact in 64 bits.
  const uint64_t boundedTick = dueTick < 9e15 ? static_cast<uint64_t>(std::max(dueTick, 0.0)) : 9'000'000'000'000'000;
  timer.dueTick_ = std::max(boundedTick, turnedTo_ + 1);
  link(&slots_[timer.dueTick_ % kSlots], timer);
}

void TimingWheel::remove(WheelTimer& timer) {
  unlink(timer);
  running_ -= 1;
  if (running_ == 0) uv_timer_stop(&handle_);
}

void TimingWheel::link(WheelTimer** head, WheelTimer& timer) {
  timer.link_ = head;
  timer.next_ = *head;
  if (timer.next_ != nullptr) timer.next_->link_ = &timer.next_;
  *head = &timer;
}

void TimingWheel::unlink(WheelTimer& timer) {
  *timer.link_ = timer.next_;
  if (timer.next_ != nullptr) timer.next_->link_ = timer.link_;
  timer.link_ = nullptr;
}

// Timers run before sockets are read. After a halt, the sockets are read first, so that peers that answered during the
// halt are not treated as unresponsive, and connections with traffic are not treated as idle.
void TimingWheel::turn() {
  const double lastMs = nowMs_;
  nowMs_ = clock_.nowMs();
  if (nowMs_ - lastMs > kHaltMs) isHalted_ = true;
  else fire();
}

void TimingWheel::fireAfterHalt() {
  if (!isHalted_) return;
  isHalted_ = false;
  fire();
}

void TimingWheel::turnNow() {
  nowMs_ = clock_.nowMs();
  fire();
}

void TimingWheel::fire() {
  const uint64_t target = tickAt(nowMs_);
  if (target <= turnedTo_) return;
  // After a long halt, one full turn visits every slot.
  const uint64_t oldest = target >= kSlots ? target - kSlots + 1 : 0;
  const uint64_t first = std::max(turnedTo_ + 1, oldest);
  turnedTo_ = target;
  // The last tick is collected first, because each tick is prepended to the list. Timers are thus called in the order
  // of their ticks.
  for (uint64_t tick = target + 1; tick > first; tick -= 1) collectDue(slots_[(tick - 1) % kSlots], target);
  // A timer callback may stop, start or destroy any other timer. A timer that it starts is due after `target`.
  while (due_ != nullptr) {
    WheelTimer& timer = *due_;
    timer.stop();
    timer.onTimer();
  }
}

void TimingWheel::collectDue(WheelTimer* timer, uint64_t target) {
  while (timer != nullptr) {
    WheelTimer* next = timer->next_;
    if (timer->dueTick_ <= target) {
      unlink(*timer);
      link(&due_, *timer);
    }
    timer = next;
  }
}

uint64_t TimingWheel::tickAt(double nowMs) const { return static_cast<uint64_t>((nowMs - originMs_) / kTickMs); }

void TimingWheel::close(void* data, uv_close_cb onClosed) {
  handle_.data = data;
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_), onClosed);
}

}  // namespace sluice
