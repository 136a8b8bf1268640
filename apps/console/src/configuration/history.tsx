import { useMemo, type ReactNode } from 'react';
import { AuditEntryRow } from '../audit/audit-entry-row.js';
import { useAudit } from '../audit/use-audit.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../parts/use-formats.js';
import { revisionsOf, type Revision } from './revisions.js';
import styles from './configuration-page.module.css';

/** The revisions of the configuration, newest first, each with its changes. */
export function History(): ReactNode {
  const t = useText();
  const audit = useAudit({});
  const { data } = audit;
  const revisions = useMemo(() => revisionsOf(data ?? []), [data]);
  return (
    <Panel title={t('configuration.history')} isFlush>
      <Loaded
        query={audit}
        isEmpty={() => revisions.length === 0 && !audit.hasNextPage}
        empty={t('configuration.history.empty')}
      >
        {() => revisions.map((revision) => <RevisionChanges key={revision.revision} revision={revision} />)}
      </Loaded>
      {audit.hasNextPage && (
        <div className={styles['more']}>
          <Button isDisabled={audit.isFetchingNextPage} onPress={() => void audit.fetchNextPage()}>
            {t('audit.more')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function RevisionChanges({ revision: { revision, entries } }: { revision: Revision }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const title = t('configuration.history.revision', { revision: count(revision) });
  return (
    <section aria-label={title} className={styles['revision']}>
      <h3>
        {title}
        <span>{t('configuration.history.changes', { count: count(entries.length) })}</span>
      </h3>
      <ul>
        {entries.map((entry) => (
          <AuditEntryRow key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>
  );
}
