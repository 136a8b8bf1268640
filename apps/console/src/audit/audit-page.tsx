import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { AuditEntryRow } from './audit-entry-row.js';
import type { AuditSearch } from './audit-search.js';
import { useAudit } from './use-audit.js';
import styles from './audit-page.module.css';

/** The audit trail: each change with its actor, and the old and new values. */
export function AuditPage(): ReactNode {
  const t = useText();
  const navigate = useNavigate({ from: '/audit' });
  const [filters, setFilters] = useState<AuditSearch>(useSearch({ from: '/audit' }));
  const audit = useAudit(useSearch({ from: '/audit' }));
  const change = (changed: AuditSearch): void => {
    const next = { ...filters, ...changed };
    setFilters(next);
    void navigate({ search: next, replace: true });
  };
  return (
    <Page title={t('audit.title')} intro={t('audit.intro')}>
      <Panel>
        <Filters filters={filters} onChange={change} />
      </Panel>
      <Panel isFlush>
        <Loaded query={audit} isEmpty={(entries) => entries.length === 0} empty={t('audit.empty')}>
          {(entries) => (
            <ul aria-label={t('audit.title')}>
              {entries.map((entry) => (
                <AuditEntryRow key={entry.id} entry={entry} />
              ))}
            </ul>
          )}
        </Loaded>
        {audit.hasNextPage && (
          <div className={styles['more']}>
            <Button isPending={audit.isFetchingNextPage} onPress={() => void audit.fetchNextPage()}>
              {t('audit.more')}
            </Button>
          </div>
        )}
      </Panel>
    </Page>
  );
}

interface FiltersProps {
  filters: AuditSearch;
  onChange: (change: AuditSearch) => void;
}

function Filters({ filters, onChange }: FiltersProps): ReactNode {
  const t = useText();
  const { kind } = useSession();
  const { tenant = '', actor = '', action = '', since = '', until = '' } = filters;
  return (
    <div className={styles['filters']}>
      {kind !== 'apiKey' && (
        <TextField
          label={t('audit.tenant')}
          placeholder="acme"
          value={tenant}
          onChange={(value) => onChange({ tenant: value })}
        />
      )}
      <TextField
        label={t('audit.action')}
        placeholder="route.update"
        value={action}
        onChange={(value) => onChange({ action: value })}
      />
      <TextField
        label={t('audit.actor')}
        placeholder={t('audit.actor.placeholder')}
        value={actor}
        onChange={(value) => onChange({ actor: value })}
      />
      <TextField
        label={t('audit.since')}
        type="datetime-local"
        value={since}
        onChange={(value) => onChange({ since: value })}
      />
      <TextField
        label={t('audit.until')}
        type="datetime-local"
        value={until}
        onChange={(value) => onChange({ until: value })}
      />
    </div>
  );
}
