import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { BothWorlds, type Question } from './both-worlds.js';
import { expectSameAnswers, type Expected } from './same-answers.js';

/** A configuration, the names of the directives that are not carried over, and where handshakes go. */
type Case = [file: string, warnings: string[], questions: Expected[]];

const tls = (text: string): Question => {
  const slash = text.indexOf('/');
  return { host: text.slice(0, slash), path: text.slice(slash), port: '443' };
};

const cases: Case[] = [
  [
    'rocket-chat',
    ['return', 'error_log', 'ssl_protocols'],
    [
      [tls('chat.example.com/websocket'), '3000 /websocket'],
      [tls('chat.example.com/sockjs/1/abc/websocket?x=%2F'), '3000 /sockjs/1/abc/websocket?x=%2F'],
      [tls('other.example.com/'), '3000 /'],
    ],
  ],
  [
    'team-chat',
    [
      'keepalive',

      'client_body_timeout',
      'send_timeout',
      'lingering_timeout',
      'proxy_buffers',
      'proxy_buffer_size',

      'proxy_pass',
    ],
    [
      ['team.example.com/api/v4/websocket', '8065 /api/v4/websocket'],
      ['team.example.com/api/v4/websocket/x', null],
      ['team.example.com/', null],
      ['1.2.3.4/api/v4/websocket', '8065 /api/v4/websocket'],
    ],
  ],
  [
    'grafana',
    ['root', 'index', 'proxy_pass'],
    [
      ['dashboards.example.com/api/live/ws', '3000 /api/live/ws'],
      ['dashboards.example.com/api/dashboards', null],
    ],
  ],
  [
    'grafana-subpath',
    ['proxy_pass', 'proxy_pass'],
    [
      ['any.example/grafana/api/live/ws?a=b', '3000 /api/live/ws?a=b'],
      ['any.example/grafana/x', null],
      ['any.example/prometheus/x', null],
      ['any.example/', null],
    ],
  ],
  [
    'notebooks',
    ['return', 'ssl_session_timeout', 'ssl_session_cache', 'location', 'root'],
    [
      [tls('hub.example.org/user/ada/api/kernels/1/channels'), '8000 /user/ada/api/kernels/1/channels'],
      [tls('hub.example.org/.well-known/x'), null],
    ],
  ],
  [
    'home-assistant',
    ['proxy_redirect'],
    [
      ['home.example.net/api/websocket', '8123 /api/websocket'],
      ['192.168.0.2/api/websocket', '8123 /api/websocket'],
    ],
  ],
  [
    'zigbee',
    ['proxy_pass'],
    [
      ['home.test/zigbee/api?token=x', '8080 /api?token=x'],
      ['home.test/zigbee/', null],
      ['home.test/node-red/comms', '1880 /comms'],
      ['home.test/', null],
    ],
  ],
  [
    'remote-desktop',
    ['proxy_cookie_path', 'access_log', 'return'],
    [
      [
        'desk.example.com/guacamole/websocket-tunnel?token=a%20b',
        '8080 /guacamole/websocket-tunnel?token=a%20b',
      ],
      ['desk.example.com/', null],
    ],
  ],
  [
    'vnc',
    ['index', 'alias', 'try_files'],
    [
      ['screens.example.com/websockify', '6080 /'],
      ['screens.example.com/vnc/app', null],
    ],
  ],
  [
    'socket-io',
    ['events'],
    [
      [
        'io.example.com/socket.io/?EIO=4&transport=websocket',
        '3001|3002 /socket.io/?EIO=4&transport=websocket',
      ],
    ],
  ],
  [
    'containers',
    ['proxy_pass'],
    [
      ['ops.example.com/portainer/api/websocket/exec?id=1', '9000 /api/websocket/exec?id=1'],
      ['ops.example.com/portainer/x', null],
    ],
  ],
  [
    'cockpit',
    [],
    [
      [
        {
          host: 'admin.example.com',
          path: '/cockpit/socket',
          headers: { Origin: 'http://admin.example.com' },
        },
        '9090 /cockpit/socket',
      ],
    ],
  ],
  [
    'code-editor',
    [],
    [['code.example.com/stable-1/?reconnectionToken=x', '8080 /stable-1/?reconnectionToken=x']],
  ],
  [
    'dotnet',
    ['proxy_cache_bypass'],
    [
      ['app.example.com/_blazor?id=1', '5000 /_blazor?id=1'],
      ['a.app.example.com/hub', '5000 /hub'],
    ],
  ],
  [
    'rails',
    ['root', 'try_files', 'proxy_pass', 'error_page', 'keepalive_timeout'],
    [
      ['shop.example.com/cable', '3000 /cable'],
      ['shop.example.com/products', null],
    ],
  ],
  ['notifications', [], [['push.example.com/topic/ws?since=all', '2586 /topic/ws?since=all']]],
  [
    'status-page',
    ['return', 'return'],
    [
      ['status.example.com/socket.io/', '3001 /socket.io/'],
      ['www.status.example.com/x', '3001 /x'],
      ['status.example.com/metrics', null],
      ['other.example.com/', null],
    ],
  ],
  [
    'statistics',
    ['rewrite'],
    [
      ['lab.example.edu/rstudio/p/1234/', '8787 /p/1234/'],
      ['lab.example.edu/shiny/app/websocket/', '3838 /app/websocket/'],
      ['lab.example.edu/', null],
    ],
  ],
  [
    'graphql',
    ['root', 'try_files', 'expires'],
    [
      [
        {
          host: 'api.example.com',
          path: '/graphql',
          headers: { 'Sec-WebSocket-Protocol': 'graphql-transport-ws' },
        },
        '4000 /graphql',
      ],
      ['api.example.com/', null],
    ],
  ],
];

let sluice: SluiceInProcess;
beforeAll(async () => {
  sluice = await startSluice();
});
afterAll(() => sluice.close());

test.each(cases)('%s gives the same answers as in nginx', async (file, warnings, questions) => {
  const text = await readFile(new URL(`configurations/${file}.conf`, import.meta.url), 'utf8');
  const worlds = await BothWorlds.start(sluice, text);
  try {
    await expectSameAnswers(worlds, questions);
    expect(worlds.imported.warnings.map(({ directive }) => directive)).toEqual(warnings);
  } finally {
    await worlds.stop();
  }
});
