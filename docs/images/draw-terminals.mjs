const titles = {
  client: 'a client',
  tap: 'the operator watches',
  operator: 'the operator revokes the key',
};
const width = 780;
const lineHeight = 19;
const padding = 12;
const titleHeight = 24;
const gap = 10;

/**
 * One SVG with a terminal below the other. A line is hidden until its time, and visible from then on and
 * wherever animations are not shown.
 */
export function drawTerminals(terminals) {
  let top = gap;
  const panes = Object.entries(terminals).map(([name, lines]) => {
    const height = titleHeight + 2 * padding + lines.length * lineHeight;
    const pane = drawPane(titles[name], lines, top, height);
    top += height + gap;
    return pane;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img">
<title>Three terminals: a client, a tap of its connection, and the call that revokes its key</title>
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d6dde6; white-space: pre; }
.title { fill: #8fa1b3; font-size: 12px; }
.command { fill: #7ee0a8; }
.end { fill: #ffb86b; }
.line { animation: wait steps(1) both; }
@keyframes wait { from { opacity: 0; } to { opacity: 1; } }
@media (prefers-reduced-motion: reduce) { .line { animation: none; } }
</style>
${panes.join('\n')}
</svg>
`;
}

function drawPane(title, lines, top, height) {
  const texts = lines.map(({ atMs, text }, index) => {
    const y = top + titleHeight + padding + (index + 1) * lineHeight - 5;
    const style = `animation-duration:${(atMs / 1000).toFixed(2)}s`;
    return `<text class="line ${kindOf(text)}" x="${gap + padding}" y="${y}" style="${style}">${escaped(text)}</text>`;
  });
  return [
    `<rect x="${gap}" y="${top}" width="${width - 2 * gap}" height="${height}" rx="8" fill="#10202e" stroke="#2b4256"/>`,
    `<text class="title" x="${gap + padding}" y="${top + 17}">${escaped(title)}</text>`,
    ...texts,
  ].join('\n');
}

function kindOf(text) {
  if (text.startsWith('$ ')) return 'command';
  return /\bclosed \d/.test(text) ? 'end' : '';
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
