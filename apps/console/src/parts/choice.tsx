import type { ReactNode } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Option } from './select.js';
import styles from './choice.module.css';

interface Props<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

/** A choice of one from a few, all of which are visible. */
export function Choice<Value extends string>({ label, options, value, onChange }: Props<Value>): ReactNode {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={styles['group']}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = options.find((option) => keys.has(option.value));
        if (chosen) onChange(chosen.value);
      }}
    >
      {options.map(({ value: id, text }) => (
        <ToggleButton key={id} id={id} className={styles['option']}>
          {text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
