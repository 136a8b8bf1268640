import type { ReactNode } from 'react';
import { GroupLink } from '../connections/group-link.js';
import { groupTexts } from '../connections/group-texts.js';
import { useConnectionCounts } from '../connections/use-connection-counts.js';
import { useText } from '../messages/language.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { Select } from '../parts/select.js';
import { BarList } from './bar-list.js';
import { liveGroups, type OverviewSearch } from './overview-search.js';

interface Props {
  by: OverviewSearch['by'];
  onChange: (by: OverviewSearch['by']) => void;
}

const shown = 10;

/** The routes, keys, upstreams or addresses with the most live connections. */
export function LargestGroups({ by = 'route', onChange }: Props): ReactNode {
  const t = useText();
  const counts = useConnectionCounts(by, {}, shown);
  return (
    <Panel
      title={t('overview.largest')}
      actions={
        <Select
          label={t('overview.largestBy')}
          isLabelHidden
          options={liveGroups.map((value) => ({ value, text: t(groupTexts[value]) }))}
          value={by}
          onChange={onChange}
        />
      }
      isFlush
    >
      <Loaded query={counts}>
        {({ groups }) => (
          <BarList
            label={t('overview.largest')}
            head={t(groupTexts[by])}
            unit={t('overview.connections')}
            rows={groups.map(({ group, connections }) => ({
              id: group ?? '',
              name: <GroupLink by={by} group={group} />,
              count: connections,
            }))}
            empty={t('overview.noConnections')}
          />
        )}
      </Loaded>
    </Panel>
  );
}
