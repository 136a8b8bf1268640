import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { Status } from '../parts/status.js';
import { Page } from '../shell/page.js';
import { DrainDialog } from './drain-dialog.js';
import { GatewayTable } from './gateway-table.js';
import { useGateways, useNewestRevision, type Gateway } from './use-gateways.js';

/** The gateways: the applied revision of each, its connections, and its drain. */
export function GatewaysPage(): ReactNode {
  const t = useText();
  const gateways = useGateways();
  const revision = useNewestRevision().data ?? newestOf(gateways.data ?? []);
  const [chosen, setChosen] = useState<Gateway | null>(null);
  return (
    <Page
      title={t('gateways.title')}
      intro={t('gateways.intro')}
      actions={gateways.data && <Applied gateways={gateways.data} revision={revision} />}
    >
      <Panel isFlush>
        <Loaded query={gateways} isEmpty={(list) => list.length === 0} empty={t('gateways.empty')}>
          {(list) => <GatewayTable gateways={list} revision={revision} onDrain={setChosen} />}
        </Loaded>
      </Panel>
      <DrainDialog gateway={chosen} onClose={() => setChosen(null)} />
    </Page>
  );
}

// Gateways without a heartbeat have stopped, or cannot be changed now.
function Applied({ gateways, revision }: { gateways: readonly Gateway[]; revision: number }): ReactNode {
  const t = useText();
  const live = gateways.filter(({ state }) => state !== 'stale');
  const count = live.filter(({ appliedRevision }) => (appliedRevision ?? 0) >= revision).length;
  if (live.length === 0) return null;
  if (count === live.length) return <Status tone="good">{t('gateways.allApplied', { revision })}</Status>;
  return <Status tone="warning">{t('gateways.someApplied', { count, total: live.length, revision })}</Status>;
}

function newestOf(gateways: readonly Gateway[]): number {
  return Math.max(0, ...gateways.map(({ appliedRevision }) => appliedRevision ?? 0));
}
