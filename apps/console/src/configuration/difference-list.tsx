import type { ReactNode } from 'react';
import { useText, type MessageKey, type Text } from '../messages/language.js';
import { FieldChanges } from '../parts/field-changes.js';
import type { Difference, SparseDifference } from './use-configuration.js';
import styles from './configuration-page.module.css';

type Kind = Difference['created'][number]['kind'];

const kinds: Readonly<Record<Kind, MessageKey>> = {
  tenant: 'configuration.kind.tenant',
  route: 'configuration.kind.route',
  apiKey: 'configuration.kind.apiKey',
};

/** The changes of a document, the deletions first. */
export function DifferenceList({ difference }: { difference: Difference | SparseDifference }): ReactNode {
  const t = useText();
  const { created, updated, deleted } = difference;
  if (isEmpty(difference)) return <p className={styles['hint']}>{t('configuration.same')}</p>;
  return (
    <ul className={styles['difference']} aria-label={t('configuration.difference')}>
      {deleted.map((resource) => (
        <Line key={resource.id} look="deleted" mark="−" text={lineOf(resource, t)} />
      ))}
      {updated.map(({ changes, ...resource }) => (
        <Line key={resource.id} look="updated" mark="~" text={lineOf(resource, t)}>
          <FieldChanges changes={changes} />
        </Line>
      ))}
      {created.map((resource) => (
        <Line key={resource.id} look="created" mark="+" text={lineOf(resource, t)} />
      ))}
    </ul>
  );
}

export function isEmpty({ created, updated, deleted }: Difference | SparseDifference): boolean {
  return created.length + updated.length + deleted.length === 0;
}

interface LineProps {
  look: 'created' | 'updated' | 'deleted';
  mark: string;
  text: ReactNode;
  children?: ReactNode;
}

function Line({ look, mark, text, children }: LineProps): ReactNode {
  const t = useText();
  const looks = {
    created: t('configuration.created'),
    updated: t('configuration.updated'),
    deleted: t('configuration.deleted'),
  };
  return (
    <li className={styles['line']} data-look={look}>
      <span className={styles['mark']} aria-hidden="true">
        {mark}
      </span>
      <div>
        <p>
          <span className={styles['look']}>{looks[look]}</span> {text}
        </p>
        {children}
      </div>
    </li>
  );
}

function lineOf({ kind, tenant, name }: { kind: Kind; tenant: string; name: string }, t: Text): ReactNode {
  return (
    <>
      {t(kinds[kind])} <bdi className={styles['name']}>{name}</bdi>
      {kind !== 'tenant' && (
        <>
          {' · '}
          <bdi>{tenant}</bdi>
        </>
      )}
    </>
  );
}
