import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import styles from './button.module.css';

interface Props extends Omit<ButtonProps, 'className' | 'style'> {
  /** `primary`: the main action of the view; `quiet`: without a border. */
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  isIconOnly?: boolean;
}

/** A button; one that has only an icon needs an `aria-label`. */
export function Button({ look = 'plain', isIconOnly = false, ...props }: Props): ReactNode {
  const shape = isIconOnly ? styles['icon-only'] : '';
  return <AriaButton {...props} className={`${styles['button']} ${styles[look]} ${shape}`} />;
}
