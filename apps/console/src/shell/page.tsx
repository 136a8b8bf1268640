import { useEffect, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import styles from './page.module.css';

interface Props {
  title: string;
  intro?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  /** Whether the page is as high as the window, and its parts scroll. */
  isFull?: boolean;
  children: ReactNode;
}

/** A page with its title, which the browser shows too. */
export function Page({ title, intro, actions, isFull = false, children }: Props): ReactNode {
  const t = useText();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <div className={`${styles['page']} ${isFull ? styles['full'] : ''}`}>
      <header className={styles['head']}>
        <div>
          <h1>{title}</h1>
          {intro !== undefined && <p className={styles['intro']}>{intro}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
