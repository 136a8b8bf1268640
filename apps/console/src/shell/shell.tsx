import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Note } from '../parts/note.js';
import { SignIn } from '../session/sign-in.js';
import { useLiveSession } from '../session/use-live-session.js';
import { useSessionQuery } from '../session/use-session.js';
import { KeptTestProvider } from '../test/kept-test.js';
import { ApiBanner } from './api-banner.js';
import { Sidebar } from './sidebar.js';
import styles from './shell.module.css';

/** The frame of every page: the menu beside it, or the page to sign in. */
export function Shell(): ReactNode {
  const t = useText();
  const { data: session, error, isPending, refetch } = useSessionQuery();
  if (isPending) return <p className={styles['centred']}>{t('app.loading')}</p>;
  if (error !== null && !session) {
    return (
      <main className={styles['centred']}>
        <Note tone="danger" title={problemText(error, t)}>
          <Button onPress={() => void refetch()}>{t('app.retry')}</Button>
        </Note>
      </main>
    );
  }
  if (!session) return <SignIn />;
  return (
    <KeptTestProvider>
      <Frame />
    </KeptTestProvider>
  );
}

function Frame(): ReactNode {
  const t = useText();
  useLiveSession();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // The title of a page that was opened at the end of a long form.
  useEffect(() => {
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className={styles['shell']}>
      <a className={styles['skip']} href="#main">
        {t('app.skip')}
      </a>
      <Sidebar />
      <main id="main" ref={main} className={styles['main']} tabIndex={-1}>
        <ApiBanner />
        <Outlet />
      </main>
    </div>
  );
}
