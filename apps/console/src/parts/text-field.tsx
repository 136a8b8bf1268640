import type { ReactNode } from 'react';
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps,
} from 'react-aria-components';
import styles from './field.module.css';

interface Props extends Omit<TextFieldProps, 'className' | 'style' | 'children'> {
  label: string;
  placeholder?: string;
  hint?: string;
  /** The problem of this field; it is then marked as invalid. */
  error?: string | null;
  isCode?: boolean;
  isLabelHidden?: boolean;
  /** More than one: a text of several lines. */
  rows?: number;
}

/** A text with its label, hint and problem. */
export function TextField({
  label,
  hint,
  error,
  isCode,
  isLabelHidden,
  rows,
  placeholder,
  ...props
}: Props): ReactNode {
  const input = `${styles['input']} ${isCode ? styles['code'] : ''}`;
  return (
    <AriaTextField
      {...props}
      className={styles['field']}
      isInvalid={typeof error === 'string'}
      validationBehavior="aria"
    >
      <Label className={isLabelHidden ? 'visually-hidden' : styles['label']}>{label}</Label>
      {rows === undefined ? (
        <Input className={input} placeholder={placeholder} />
      ) : (
        <TextArea className={input} rows={rows} placeholder={placeholder} spellCheck={false} />
      )}
      {hint !== undefined && (
        <Text slot="description" className={styles['hint']}>
          {hint}
        </Text>
      )}
      <FieldError className={styles['error']}>{error}</FieldError>
    </AriaTextField>
  );
}
