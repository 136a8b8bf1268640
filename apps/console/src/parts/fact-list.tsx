import type { ReactNode } from 'react';
import styles from './fact-list.module.css';

/** A list of terms and their values. */
export function FactList({ children }: { children: ReactNode }): ReactNode {
  return <dl className={styles['list']}>{children}</dl>;
}

export function Fact({ term, children }: { term: string; children: ReactNode }): ReactNode {
  return (
    <div className={styles['fact']}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
