import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import { Loaded } from '../parts/loaded.js';
import { Note } from '../parts/note.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { BusiestTenants } from './busiest-tenants.js';
import { LargestGroups } from './largest-groups.js';
import { overviewWindows, type OverviewSearch } from './overview-search.js';
import { Plots } from './plots.js';
import { Refusals } from './refusals.js';
import { useOverview, type Overview } from './use-overview.js';
import styles from './overview-page.module.css';

const windowTexts: Readonly<Record<(typeof overviewWindows)[number], MessageKey>> = {
  '1m': 'overview.window.1m',
  '10m': 'overview.window.10m',
  '1h': 'overview.window.1h',
};

/** What the fleet does: connections, handshakes, refusals and traffic of the last minutes. */
export function OverviewPage(): ReactNode {
  const t = useText();
  const search = useSearch({ from: '/overview' });
  const navigate = useNavigate({ from: '/overview' });
  const { kind } = useSession();
  const overview = useOverview(search);
  const change = (changes: OverviewSearch): void =>
    void navigate({ search: { ...search, ...changes }, replace: true });
  return (
    <Page
      title={t('overview.title')}
      intro={t(kind === 'apiKey' ? 'overview.introTenant' : 'overview.intro')}
      actions={
        <Choice
          label={t('overview.window')}
          options={overviewWindows.map((value) => ({ value, text: t(windowTexts[value]) }))}
          value={search.window ?? '10m'}
          onChange={(window) => change({ window })}
        />
      }
    >
      <Loaded query={overview}>
        {(data) => (
          <>
            <Warnings overview={data} />
            <Plots overview={data} />
            <div className={styles['lists']}>
              {kind !== 'apiKey' && (
                <BusiestTenants overview={data} sort={search.sort} onSort={(sort) => change({ sort })} />
              )}
              <LargestGroups by={search.by} onChange={(by) => change({ by })} />
              <Refusals overview={data} />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Warnings({ overview }: { overview: Overview }): ReactNode {
  const t = useText();
  const { silentGateways, isComplete, series, total } = overview;
  const isKnown = series.connections.some((value) => value !== null);
  const isIdle = isKnown && total.connections + total.handshakes + total.refusals === 0;
  return (
    <>
      {silentGateways.length > 0 && (
        <Note tone="warning">{t('overview.silent', { gateways: silentGateways.join(', ') })}</Note>
      )}
      {!isComplete && <Note tone="warning">{t('overview.incomplete')}</Note>}
      {!isKnown && silentGateways.length === 0 && <Note>{t('overview.unknown')}</Note>}
      {isIdle && (
        <Note title={t('overview.idle')}>
          <Link to="/test">{t('overview.idleLink')}</Link>
        </Note>
      )}
    </>
  );
}
