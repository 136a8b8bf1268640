import type { ProbedTarget } from '../comparison/proxy.js';

/** Whether the proxy forwards an ordinary request. */
export async function isForwarding({ port, path, header }: ProbedTarget): Promise<boolean> {
  const [name, value] = header.split(': ');
  const headers = name === undefined || value === undefined ? {} : { [name]: value };
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}/2`, { headers });
    return answer.status === 200 && (await answer.text()) === 'yy';
  } catch {
    return false;
  }
}
