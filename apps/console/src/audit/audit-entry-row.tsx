import { useState, type ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { FieldChanges } from '../parts/field-changes.js';
import { useFormats } from '../parts/use-formats.js';
import { changesOf } from './changes-of.js';
import type { AuditEntry } from './use-audit.js';
import styles from './audit-page.module.css';

/** An entry in one line, which opens to show all of it. */
export function AuditEntryRow({ entry }: { entry: AuditEntry }): ReactNode {
  const { dateTime } = useFormats();
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={styles['entry']}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className={styles['summary']}>
          <span className={styles['quiet']}>{dateTime(Date.parse(entry.at))}</span>
          <span className={styles['action']}>
            <bdi>{entry.action}</bdi>
          </span>
          <span>
            <Actor entry={entry} />
          </span>
          <span className={styles['quiet']}>
            <bdi>{summaryOf(entry)}</bdi>
          </span>
        </summary>
        {isOpen && <Details entry={entry} />}
      </details>
    </li>
  );
}

const actors: Readonly<Record<AuditEntry['actor']['kind'], MessageKey>> = {
  admin: 'audit.actor.admin',
  operator: 'audit.actor.operator',
  apiKey: 'audit.actor.apiKey',
  system: 'audit.actor.system',
};

function Actor({ entry: { actor } }: { entry: AuditEntry }): ReactNode {
  const t = useText();
  return (
    <>
      {t(actors[actor.kind])} {actor.id !== null && <bdi>{actor.id}</bdi>}
    </>
  );
}

function Details({ entry }: { entry: AuditEntry }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const changes = changesOf(entry.before, entry.after);
  const facts: [string, string | null][] = [
    [t('audit.target'), entry.targetId],
    [t('audit.tenant'), entry.tenantId],
    [t('audit.revision'), count(entry.revision)],
    [t('audit.address'), entry.clientAddress],
    [t('audit.requestId'), entry.requestId],
    [t('audit.details'), entry.details && JSON.stringify(entry.details)],
  ];
  return (
    <div className={styles['details']}>
      <dl className={styles['facts']}>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
      {changes.length > 0 && <FieldChanges changes={changes} />}
    </div>
  );
}

/** The name of the target, or its id, and the names of the changed fields. */
function summaryOf({ before, after, targetId }: AuditEntry): string {
  const state = after ?? before ?? {};
  const name = [state['slug'], state['name']].find((text) => typeof text === 'string' && text !== '');
  const isUpdate = before !== null && after !== null;
  const fields = isUpdate ? changesOf(before, after).map(({ field }) => field) : [];
  return [isUpdate || typeof name !== 'string' ? targetId : name, ...fields].join(' · ');
}
