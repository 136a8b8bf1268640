import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTimeoutMs } from '../browser/open-chromium.js';
import { accessibilityFaults, startConsole, type ConsoleUnderTest } from './open-console.js';

describe('the test page', { timeout: browserTimeoutMs }, () => {
  let console: ConsoleUnderTest;
  let gateway = '';
  beforeAll(async () => {
    console = await startConsole();
    gateway = console.sluice.gatewayUrl;
  }, browserTimeoutMs);
  afterAll(() => console.close());

  test('bytes are sent as a binary message, and shown in hexadecimal', async () => {
    const { page } = await console.open(`/test?url=${gateway}/echo`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('main').getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('radio', { name: 'Binary' }).click();
    await page.getByLabel(/Bytes in hexadecimal/).fill('de ad be ef');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const received = page.getByRole('option', { name: /received/ });
    await received.click();
    expect(await received.innerText()).toMatch(/binary[^]*4 B[^]*de ad be ef/);
    expect(await page.getByLabel('Payload').innerText()).toContain('000000  de ad be ef');
  });

  test('an open connection to another URL than that of the form is named', async () => {
    const { page } = await console.open(`/test?url=${gateway}/echo?room=7`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('main').getByText('Connected', { exact: true }).waitFor();
    const note = page.getByText(`The open connection is to ${gateway}/echo. `, { exact: false });
    expect(await note.count()).toBe(0);
    await page.getByRole('textbox', { name: 'URL of the WebSocket' }).fill(`${gateway}/mine`);
    await note.waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await note.waitFor({ state: 'detached' });
  });

  test('a message is saved in this browser, and repeated a number of times', async () => {
    const { page, errors } = await console.open(`/test?url=${gateway}/echo`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('main').getByText('Connected', { exact: true }).waitFor();
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('tick');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Repeat', { exact: true }).click();
    await page.getByLabel('Every, ms').fill('1');
    await page.getByText('From 10 to 3,600,000').waitFor();
    await page.getByLabel('Every, ms').fill('10');
    await page.getByLabel('Times').fill('3');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('6 messages').waitFor();
    expect(await page.getByRole('option', { name: /received/ }).count()).toBe(3);
    await page.getByRole('img', { name: /Echo latency/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.reload();
    await page.getByRole('button', { name: /Saved messages/ }).click();
    await page.getByRole('option', { name: 'tick' }).click();
    expect(await message.inputValue()).toBe('tick');
    await page.getByRole('button', { name: 'Forget' }).click();
    await page.getByText('No saved messages').waitFor();
    expect(errors).toEqual([]);
  });

  test('the handshake is shown, and copied as a program without the key', async () => {
    const { page } = await console.open(
      `/test?url=${gateway}/echo?a='"$b&subprotocols=chat.v1&credential=query`,
    );
    await page.getByLabel('API key').fill('slc_secretsecretsecret');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('Handshake', { exact: true }).click();
    const request = page.getByRole('group', { name: 'Request' });
    await expect.poll(() => request.innerText()).toContain('Sec-WebSocket-Protocol: chat.v1');
    expect(await request.innerText()).not.toContain('secretsecret');
    await page.getByText('Copy as', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Copy as' }).click();
    await page.getByRole('option', { name: 'Python' }).click();
    const program = await page.getByRole('group', { name: 'Python' }).innerText();
    expect(program).toContain('additional_headers={"X-Api-Key": "slc_YOUR_KEY"}');
    expect(program).not.toContain('secretsecret');
  });

  test('with a ticket, the page connects to a route that requires a key, without the key', async () => {
    const { rest } = console.sluice;
    const route = {
      name: 'private',
      match: { path: '/private' },
      upstreams: [{ url: console.sluice.echoUrl }],
    };
    await rest.call('POST', '/tenants/demo/routes', route, { Prefer: 'wait=15' });
    await rest.call('POST', '/tenants/demo/api-keys', { name: 'browser' }, { Prefer: 'wait=15' });
    const { page } = await console.open('/test');
    await page.getByRole('combobox', { name: 'Route' }).fill('private');
    await page.getByRole('option', { name: 'private' }).click();
    await page.getByLabel('URL of the WebSocket').fill(`${gateway}/private`);
    await page.getByRole('button', { name: /Ticket for key/ }).click();
    await page.getByRole('option', { name: /browser/ }).click();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('main').getByText('Connected', { exact: true }).waitFor();
    expect(page.url()).not.toContain('slt_');
  });

  test('through the API, the page sends header fields and shows the whole answer, without secrets', async () => {
    const { rest } = console.sluice;
    const route = {
      ...{ name: 'by header', match: { path: '/by-header' }, auth: { mode: 'apiKey', sources: ['header'] } },
      upstreams: [{ url: console.sluice.echoUrl }],
    };
    await rest.call('POST', '/tenants/demo/routes', route, { Prefer: 'wait=15' });
    const key = await rest.call('POST', '/tenants/demo/api-keys', { name: 'program' }, { Prefer: 'wait=15' });
    const { page, errors } = await console.open(`/test?url=${gateway}/by-header&from=api`);
    const connect = page.getByRole('button', { name: 'Connect' });
    await connect.click();
    await page.getByText('401 key_required').waitFor();
    await page.getByText('Handshake', { exact: true }).click();
    const answer = page.getByRole('group', { name: 'Answer' });
    await expect
      .poll(() => answer.innerText())
      .toMatch(/^HTTP\/1\.1 401[^]*WWW-Authenticate[^]*key_required/);
    const headers = page.getByLabel('Header fields');
    await headers.fill('no field');
    await connect.click();
    await page.getByText('Write each line as Name: value.').waitFor();
    await headers.fill('Host: other.example');
    await connect.click();
    await page
      .getByRole('alert')
      .getByText(/Host is set by the API/)
      .waitFor();
    await headers.fill(`X-Api-Key: ${key.key}`);
    await connect.click();
    await page.locator('main').getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('option', { name: /received/ }).waitFor();
    expect(await page.getByRole('group', { name: 'Request' }).innerText()).toMatch(/X-Api-Key: slc_.{4}…/);
    await headers.fill(`X-Api-Key: ${key.key}\nX-Room: seven`);
    await page.getByText('Copy as', { exact: true }).first().click();
    await page.getByText('Left out: X-Api-Key, X-Room.').waitFor();
    await page.getByRole('button', { name: 'Copy as' }).click();
    await page.getByRole('option', { name: 'websocat' }).click();
    const command = await page.getByRole('group', { name: 'websocat' }).innerText();
    expect(command).toContain("-H 'X-Api-Key: YOUR_SECRET' -H 'X-Room: seven'");
    expect(await page.getByText('Put the values of X-Api-Key in place of YOUR_SECRET.').count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.url()).not.toContain('slc_');
    await rest.call('DELETE', `/tenants/demo/api-keys/${key.id}`);
    await page.locator('main').getByText('key revoked').waitFor();
    expect(errors).toEqual([]);
  });

  test('a refused handshake shows the answer of the gateway, and what to check', async () => {
    const { page } = await console.open(`/test?url=${gateway}/nothing-here`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const alert = page.getByRole('alert');
    expect(await alert.innerText()).toMatch(/404 no_route[^]*Compare them with the list of routes/);
  });

  test('a close code is explained in words', async () => {
    const { page } = await console.open(`/test?url=${gateway}/echo`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('main').getByText('Connected', { exact: true }).waitFor();
    await console.sluice.rest.call('DELETE', '/connections?all=true');
    await page.getByText(/1008/).waitFor();
    expect(await page.getByText('closed by operator').isVisible()).toBe(true);
  });

  test('a tenant sees its own routes only, and a reader cannot issue tickets', async () => {
    const { rest } = console.sluice;
    await rest.call('POST', '/tenants', { slug: 'other' });
    const key = { name: 'reader', scopes: ['read'] };
    const { key: token } = await rest.call('POST', '/tenants/other/api-keys', key);
    const { page } = await console.open('/test', { token });
    await page.getByText('Key of other, read only').waitFor();
    await page.getByRole('combobox', { name: 'Route' }).click();
    await page.getByText('No route matches this search.').waitFor();
    expect(await page.getByRole('radio', { name: 'Ticket' }).count()).toBe(0);
  });

  test('the page is Chinese for a Chinese browser', async () => {
    const { page } = await console.open('/test', { locale: 'zh-CN' });
    await page.getByRole('heading', { name: '测试' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });

  test.each(['/test', '/nowhere'])('axe finds nothing on %s, and the page reports no error', async (path) => {
    const { page, errors } = await console.open(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('axe finds nothing on the page to sign in', async () => {
    const { page } = await console.open('/test', { token: null });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
