import { Link } from '@tanstack/react-router';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import type { Schemas } from '../api/client.js';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Badge } from '../parts/badge.js';
import { Button } from '../parts/button.js';
import { Note } from '../parts/note.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { checks } from '../test/checks.js';
import { useGatewayBase } from '../test/use-gateway-base.js';
import { useMatch } from './use-routes.js';
import styles from './routes.module.css';

interface Props {
  url: string | undefined;
  onChange: (url: string | undefined) => void;
}

/** Which route a URL reaches: a gateway is asked, so the answer is the one that clients get. */
export function MatchTester({ url, onChange }: Props): ReactNode {
  const t = useText();
  const base = useGatewayBase();
  const [text, setText] = useState(url ?? `${base}/`);
  const { mutate, data, error, isPending } = useMatch();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onChange(text);
    mutate(text);
  };
  return (
    <Panel>
      <form className={styles['tester']} onSubmit={submit} aria-label={t('routes.match')}>
        <TextField
          label={t('routes.match.url')}
          isLabelHidden
          isCode
          placeholder="ws://"
          value={text}
          onChange={setText}
          error={error && problemText(error, t)}
        />
        <Button type="submit" isDisabled={isPending}>
          {t('routes.match.ask')}
        </Button>
      </form>
      {data !== undefined && <Answer answer={data} />}
    </Panel>
  );
}

function Answer({ answer: { route, tenant, verdict } }: { answer: Schemas['ExplainAnswer'] }): ReactNode {
  const t = useText();
  const { allowed, status, code, detail } = verdict;
  const check = checks[code ?? ''];
  return (
    <div className={styles['answer']} role="status">
      {route === null ? (
        <Badge tone="danger">{t('routes.match.none')}</Badge>
      ) : (
        <>
          <Badge tone={allowed ? 'good' : 'warning'}>{t('routes.match.found')}</Badge>
          {tenant === null ? (
            <bdi>{route.name}</bdi>
          ) : (
            <Link to="/routes/$tenant/$route" params={{ tenant: tenant.id, route: route.id }}>
              <bdi>{route.name || route.id}</bdi>
            </Link>
          )}
          <code>
            {route.host} {route.path} ({route.pathType})
          </code>
          {Object.entries(route.parameters).map(([name, value]) => (
            <code key={name}>
              {name} = {value}
            </code>
          ))}
        </>
      )}
      <span className={styles['verdict']}>
        {allowed ? t('routes.match.allowed') : t('routes.match.refused', { status, code: code ?? '' })}{' '}
        {detail}
      </span>
      {check !== undefined && <Note>{t(check, { origin: window.location.origin })}</Note>}
    </div>
  );
}
