const redrawMs = 200;
const lineEveryMs = 10_000;
const frames = ['|', '/', '-', '\\'];

/**
 * Shows on standard error that work is in progress, and for how long: on a terminal as one line that is
 * updated, otherwise as a line at the start and one every 10 seconds. `setStage` adds the current stage;
 * undefined changes nothing.
 */
export function startProgress(title, { stream = process.stderr, now = Date.now } = {}) {
  const startedAtMs = now();
  let stage = '';
  let drawn = 0;
  const text = () => {
    const seconds = Math.round((now() - startedAtMs) / 1000);
    return `${title}${stage && `: ${stage}`}${seconds > 0 ? ` (${seconds} s)` : ''}`;
  };
  const draw = () => stream.write(`\r${frames[drawn++ % frames.length]} ${text()}\u001b[K`);
  const print = () => stream.write(`${text()} ...\n`);
  const show = stream.isTTY ? draw : print;
  show();
  const timer = globalThis.setInterval(show, stream.isTTY ? redrawMs : lineEveryMs);
  return {
    setStage(next) {
      stage = next ?? stage;
    },
    stop() {
      globalThis.clearInterval(timer);
      if (stream.isTTY) stream.write(`\r  ${text()}\u001b[K\n`);
    },
  };
}
