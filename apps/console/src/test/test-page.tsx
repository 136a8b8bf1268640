import { Link } from '@tanstack/react-router';
import type { ReactNode, SubmitEvent } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText, type Text } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Note } from '../parts/note.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { Page } from '../shell/page.js';
import { Composer } from './composer.js';
import { CopyAs } from './copy-as.js';
import { CredentialFields } from './credential-fields.js';
import { Echoes } from './echoes.js';
import { Facts } from './facts.js';
import { HandshakePanel } from './handshake-panel.js';
import { MessageLog } from './message-log.js';
import { Refusal } from './refusal.js';
import { RoutePicker } from './route-picker.js';
import { Sender } from './sender.js';
import { useTest, type Test } from './use-test.js';
import styles from './test-page.module.css';

/** Opens a WebSocket through a gateway, and shows all that happens on it. */
export function TestPage(): ReactNode {
  const t = useText();
  const test = useTest();
  const { snapshot, conversation, explanation } = test;
  const intro = (
    <>
      {t('test.intro')} <Link to="/routes">{t('test.intro.routes')}</Link>
    </>
  );
  return (
    <Page title={t('test.title')} intro={intro} isFull>
      <Panel>
        <HandshakeForm test={test} />
      </Panel>
      <div className={styles['columns']}>
        <MessageLog snapshot={snapshot} onClear={() => conversation.clear()}>
          <Composer isOpen={snapshot.state === 'open'} onSend={(payload) => conversation.send(payload)} />
        </MessageLog>
        <div className={styles['side']} tabIndex={0} role="group" aria-label={t('connection.about')}>
          <Panel>
            <Facts snapshot={snapshot} />
          </Panel>
          {snapshot.state === 'refused' && <Refusal snapshot={snapshot} asked={explanation} />}
          <Echoes messages={snapshot.messages} />
          <HandshakePanel test={test} />
          <CopyAs fields={test.fields} />
        </div>
      </div>
    </Page>
  );
}

function HandshakeForm({ test }: { test: Test }): ReactNode {
  const t = useText();
  const { fields, error, connect } = test;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    connect();
  };
  return (
    <form className={styles['form']} onSubmit={submit}>
      <div className={styles['address']}>
        <TextField
          label={t('test.url')}
          isLabelHidden
          isCode
          placeholder="ws://"
          value={fields.url}
          onChange={(url) => fields.write({ url })}
          error={faultText(error, t)}
        />
        <ConnectButton test={test} />
      </div>
      <Elsewhere test={test} />
      <div className={styles['options']}>
        <RoutePicker onPick={fields.pick} />
        <Sender fields={fields} />
        <TextField
          label={t('test.subprotocols')}
          placeholder={t('test.subprotocols.placeholder')}
          isCode
          value={fields.subprotocols}
          onChange={(subprotocols) => fields.write({ subprotocols })}
          error={error === 'invalidSubprotocols' ? t('test.subprotocols.invalid') : null}
        />
        <CredentialFields
          value={fields.credential}
          onChange={fields.setCredential}
          tenantId={fields.route?.tenantId ?? null}
        />
        {fields.headers !== null && (
          <HeaderLines
            value={fields.headers}
            onChange={fields.setHeaders}
            isInvalid={error === 'invalidHeaders'}
          />
        )}
      </div>
    </form>
  );
}

/** The form may have got another URL since the connection was opened, for example from a key. */
function Elsewhere({ test: { fields, handshake, snapshot } }: { test: Test }): ReactNode {
  const t = useText();
  if (snapshot.state !== 'open' || handshake === null) return null;
  const connected = placeOf(handshake.url);
  if (connected === placeOf(fields.url)) return null;
  return <Note tone="warning">{t('test.elsewhere', { url: connected })}</Note>;
}

// Without the query, which may have a key.
function placeOf(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

interface HeaderLinesProps {
  value: string;
  onChange: (value: string) => void;
  isInvalid: boolean;
}

function HeaderLines({ value, onChange, isInvalid }: HeaderLinesProps): ReactNode {
  const t = useText();
  return (
    <div className={styles['headers']}>
      <TextField
        label={t('explain.headers')}
        placeholder="X-Api-Key: slc_…"
        hint={t('test.headers.hint')}
        isCode
        rows={3}
        value={value}
        onChange={onChange}
        error={isInvalid ? t('explain.headers.invalid') : null}
      />
    </div>
  );
}

function faultText(error: Test['error'], t: Text): string | null {
  if (error === 'invalidHeaders' || error === 'invalidSubprotocols') return null;
  if (error === 'invalidUrl') return t('test.url.invalid');
  if (error === 'noTicketKey') return t('test.credential.ticketFor.missing');
  return error && problemText(error, t);
}

function ConnectButton({ test: { snapshot, conversation } }: { test: Test }): ReactNode {
  const t = useText();
  const { state } = snapshot;
  if (state === 'open') return <Button onPress={() => conversation.close()}>{t('test.disconnect')}</Button>;
  if (state === 'connecting' || state === 'closing') {
    return <Button onPress={() => conversation.close()}>{t('test.cancel')}</Button>;
  }
  return (
    <Button type="submit" look="primary">
      {t('test.connect')}
    </Button>
  );
}
