import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Panel } from '../parts/panel.js';
import { BarList } from './bar-list.js';
import type { Overview } from './use-overview.js';

const maxShown = 10;

/** The refused requests by the code of their problem. */
export function Refusals({ overview: { refusals } }: { overview: Overview }): ReactNode {
  const t = useText();
  return (
    <Panel title={t('overview.refusals')} actions={<Link to="/explain">{t('menu.explain')}</Link>} isFlush>
      <BarList
        label={t('overview.refusals')}
        head={t('overview.code')}
        unit={t('overview.requests')}
        tone="danger"
        rows={refusals
          .slice(0, maxShown)
          .map(({ code, count }) => ({ id: code, name: <code>{code}</code>, count }))}
        empty={t('overview.noRefusals')}
      />
    </Panel>
  );
}
