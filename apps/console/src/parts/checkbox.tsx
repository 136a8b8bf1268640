import type { ReactNode } from 'react';
import { CheckboxButton, CheckboxField, type CheckboxFieldProps } from 'react-aria-components';
import styles from './checkbox.module.css';

interface Props extends Omit<CheckboxFieldProps, 'className' | 'style' | 'children'> {
  children: ReactNode;
}

/** A choice of yes or no. */
export function Checkbox({ children, ...props }: Props): ReactNode {
  return (
    <CheckboxField {...props}>
      <CheckboxButton className={styles['checkbox'] ?? ''}>
        <span className={styles['box']}>
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">
            <path d="M3 8.5l3.2 3L13 4.5" fill="none" stroke="currentColor" strokeWidth="2.2" />
          </svg>
        </span>
        {children}
      </CheckboxButton>
    </CheckboxField>
  );
}
