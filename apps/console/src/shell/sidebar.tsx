import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { useSession, useSignOut, type Session } from '../session/use-session.js';
import { Brand } from './brand.js';
import { navigation } from './navigation.js';
import { Preferences } from './preferences.js';
import { TestState } from './test-state.js';
import styles from './sidebar.module.css';

/** The menu; on a narrow screen a bar that opens it. */
export function Sidebar(): ReactNode {
  const t = useText();
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => setOpen(false), [pathname]);
  const shown = navigation.filter(({ isFor }) => isFor?.(session) ?? true);
  return (
    <header className={styles['sidebar']} data-open={isOpen || undefined}>
      <div className={styles['bar']}>
        <Brand />
        <span className={styles['toggle']}>
          <Button
            look="quiet"
            isIconOnly
            aria-label={t(isOpen ? 'menu.close' : 'menu.open')}
            aria-expanded={isOpen}
            onPress={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'close' : 'menu'} />
          </Button>
        </span>
      </div>
      <div className={styles['content']}>
        <nav aria-label={t('menu.main')}>
          <ul className={styles['links']}>
            {shown.map(({ to, text, icon }) => (
              <li key={to}>
                <Link to={to} className={styles['link']}>
                  <Icon name={icon} />
                  {t(text)}
                  {to === '/test' && <TestState />}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Foot session={session} />
      </div>
    </header>
  );
}

function Foot({ session }: { session: Session }): ReactNode {
  const t = useText();
  const signOut = useSignOut();
  const tenant = session.tenant?.name ?? '';
  return (
    <div className={styles['foot']}>
      <Preferences />
      <a className={styles['link']} href="/docs/">
        <Icon name="docs" />
        {t('menu.docs')}
      </a>
      <div className={styles['who']}>
        <div className={styles['identity']}>
          {session.name !== null && <bdi className={styles['name']}>{session.name}</bdi>}
          <span className={styles['role']}>{t(roleOf(session), { tenant })}</span>
        </div>
        <Button look="quiet" isIconOnly aria-label={t('menu.signOut')} onPress={() => signOut.mutate()}>
          <Icon name="signOut" />
        </Button>
      </div>
    </div>
  );
}

function roleOf({ kind, canManage }: Session): MessageKey {
  switch (kind) {
    case 'admin':
      return 'session.admin';
    case 'operator':
      return canManage ? 'session.operator' : 'session.viewer';
    case 'apiKey':
      return canManage ? 'session.key' : 'session.keyReadOnly';
  }
}
