import type { ReactNode } from 'react';
import table from '../parts/table.module.css';
import { useFormats } from '../parts/use-formats.js';
import styles from './bar-list.module.css';

interface Row {
  id: string;
  name: ReactNode;
  count: number;
  /** The number in words; by default it is counted. */
  text?: string;
}

interface Props {
  label: string;
  /** The headers of the two columns. */
  head: string;
  unit: string;
  rows: readonly Row[];
  tone?: 'accent' | 'danger';
  /** What it says without rows. */
  empty: ReactNode;
}

/** A short list of names with numbers, each as a bar in proportion to the largest. */
export function BarList({ label, head, unit, rows, tone = 'accent', empty }: Props): ReactNode {
  const { count } = useFormats();
  const max = Math.max(1, ...rows.map((row) => row.count));
  if (rows.length === 0) return <p className={styles['empty']}>{empty}</p>;
  return (
    <div className={table['scroller']} tabIndex={0} role="group" aria-label={label}>
      <table className={`${table['table']} ${styles['list']}`} data-tone={tone}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" data-number>
              {unit}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <div className={styles['name']}>{row.name}</div>
                <div className={styles['bar']} style={{ width: `${(row.count / max) * 100}%` }} />
              </td>
              <td data-number>{row.text ?? count(row.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
