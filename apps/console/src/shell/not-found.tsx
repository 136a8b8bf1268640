import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Page } from './page.js';

export function NotFound(): ReactNode {
  const t = useText();
  return (
    <Page title={t('app.notFound.title')} intro={t('app.notFound.text')}>
      <p>
        <Link to="/test">{t('app.notFound.link')}</Link>
      </p>
    </Page>
  );
}
