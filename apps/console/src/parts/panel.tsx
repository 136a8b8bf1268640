import { useId, type ReactNode } from 'react';
import styles from './panel.module.css';

interface Props {
  title?: string;
  /** Actions beside the title. */
  actions?: ReactNode;
  children: ReactNode;
  /** Whether the content touches the border, as a table does. */
  isFlush?: boolean;
}

/** A part of a page with a border. */
export function Panel({ title, actions, children, isFlush = false }: Props): ReactNode {
  const id = useId();
  return (
    <section className={styles['panel']} aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <header className={styles['head']}>
          <h2 id={id}>{title}</h2>
          <div className={styles['actions']}>{actions}</div>
        </header>
      )}
      <div className={isFlush ? styles['flush'] : styles['body']}>{children}</div>
    </section>
  );
}
