import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Fact, FactList } from '../parts/fact-list.js';
import { Note } from '../parts/note.js';
import { Panel } from '../parts/panel.js';
import { ResourceName } from '../parts/resource-name.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { CloseDialog } from './close-dialog.js';
import { idleMsOf } from './relayed.js';
import { TapPanel } from './tap-panel.js';
import { useConnection, type Connection } from './use-connections.js';
import styles from './connection-page.module.css';

/** One connection: its numbers, and the frames that pass on it. */
export function ConnectionPage(): ReactNode {
  const t = useText();
  const { connection: id } = useParams({ from: '/connections/$connection' });
  const { data, error } = useConnection(id);
  const { canManage } = useSession();
  const [last, setLast] = useState<Connection | null>(null);
  const [isClosing, setClosing] = useState(false);
  if (data && data !== last) setLast(data);
  return (
    <Page
      title={t('connection.title')}
      intro={
        <>
          <Link to="/connections">{t('connections.title')}</Link> / <code>{id}</code>
        </>
      }
      isFull
      actions={
        canManage &&
        data && (
          <Button look="danger" onPress={() => setClosing(true)}>
            {t('connection.close')}
          </Button>
        )
      }
    >
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
      {data === null && (
        <Note tone="warning" title={t('connection.ended')}>
          {t('connection.endedHint')}
        </Note>
      )}
      <div className={styles['columns']}>
        {canManage ? <TapPanel connection={id} /> : <Note>{t('tap.forbidden')}</Note>}
        <div className={styles['side']} tabIndex={0} role="group" aria-label={t('connection.about')}>
          {last !== null && <Numbers connection={last} isLive={data !== null} />}
        </div>
      </div>
      {isClosing && <CloseDialog target={{ connections: [id] }} onClose={() => setClosing(false)} />}
    </Page>
  );
}

function Numbers({ connection, isLive }: { connection: Connection; isLive: boolean }): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { tenantId, routeId, apiKeyId, gatewayId, clientAddress, upstreamUrl, subprotocol, since } =
    connection;
  return (
    <>
      <Panel title={t('connection.about')}>
        <FactList>
          <Fact term={t('connections.client')}>
            <bdi>{clientAddress}</bdi>
          </Fact>
          <Fact term={t('connections.tenant')}>
            <ResourceName kind="tenant" tenantId={tenantId} id={tenantId} />
          </Fact>
          <Fact term={t('connections.route')}>
            <ResourceName kind="route" tenantId={tenantId} id={routeId} />
          </Fact>
          <Fact term={t('connections.key')}>
            <ResourceName kind="apiKey" tenantId={tenantId} id={apiKeyId} />
          </Fact>
          <Fact term={t('connections.upstream')}>
            <bdi>{upstreamUrl}</bdi>
          </Fact>
          <Fact term={t('test.fact.subprotocol')}>
            <bdi>{subprotocol ?? t('test.fact.none')}</bdi>
          </Fact>
          <Fact term={t('connection.gateway')}>
            <code>{gatewayId}</code>
          </Fact>
          <Fact term={t('connection.since')}>{formats.dateTime(Date.parse(since))}</Fact>
          {isLive && (
            <Fact term={t('connections.idle')}>{formats.duration(idleMsOf(connection, Date.now()))}</Fact>
          )}
        </FactList>
      </Panel>
      <Side title={t('tap.fromClient')} relayed={connection.fromClient} />
      <Side title={t('tap.fromUpstream')} relayed={connection.fromUpstream} />
    </>
  );
}

function Side({ title, relayed }: { title: string; relayed: Connection['fromClient'] }): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { messages, frames, controlFrames, bytes, roundTripMs } = relayed;
  return (
    <Panel title={title}>
      <FactList>
        <Fact term={t('connections.messages')}>{formats.count(messages)}</Fact>
        <Fact term={t('connection.frames')}>
          {t('connection.framesWithControl', {
            frames: formats.count(frames),
            control: formats.count(controlFrames),
          })}
        </Fact>
        <Fact term={t('connections.bytes')}>{formats.bytes(bytes)}</Fact>
        <Fact term={t('connections.roundTrip')}>
          {roundTripMs === null ? '—' : formats.milliseconds(roundTripMs)}
        </Fact>
      </FactList>
    </Panel>
  );
}
