import type { ReactNode } from 'react';
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from 'react-aria-components';
import { Icon } from './icon.js';
import field from './field.module.css';
import styles from './select.module.css';

export interface Option<Value extends string> {
  value: Value;
  text: string;
  /** A second, quieter text. */
  note?: string;
}

interface Props<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  placeholder?: string;
  isLabelHidden?: boolean;
  isDisabled?: boolean;
}

/** A choice of one from a list. */
export function Select<Value extends string>(props: Props<Value>): ReactNode {
  const { label, options, value, onChange, placeholder, isLabelHidden, isDisabled } = props;
  return (
    <AriaSelect
      className={field['field']}
      isDisabled={isDisabled}
      value={value}
      onChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen) onChange(chosen.value);
      }}
      placeholder={placeholder}
    >
      <Label className={isLabelHidden ? 'visually-hidden' : field['label']}>{label}</Label>
      <Button className={`${field['input']} ${styles['button']}`}>
        <SelectValue className={styles['value']} />
        <Icon name="chevron" />
      </Button>
      <Popover className={styles['popover']} offset={4}>
        <ListBox className={styles['list']}>
          {options.map(({ value: id, text, note }) => (
            <ListBoxItem key={id} id={id} textValue={text} className={styles['item']}>
              <span>{text}</span>
              {note !== undefined && <span className={styles['note']}>{note}</span>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
