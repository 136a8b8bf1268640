import { useState, type ReactNode } from 'react';
import { CheckboxGroup, Label } from 'react-aria-components';
import { useText } from '../messages/language.js';
import { Checkbox } from '../parts/checkbox.js';
import fieldStyles from '../parts/field.module.css';
import { Select } from '../parts/select.js';
import { TextField } from '../parts/text-field.js';
import type { ChoiceSpec, FieldSpec, FlagSpec, TextSpec } from './field-spec.js';
import { errorAt, useForm } from './form-context.js';
import { isObject, listIn, textIn, valueAt } from './form-value.js';
import { GroupField } from './group-field.js';
import { ItemsField } from './items-field.js';
import { jsonForm, linesForm, momentForm, numberForm, pairsForm, type TextForm } from './text-of-value.js';
import styles from './form.module.css';

interface Props {
  fields: readonly FieldSpec[];
  /** The path of the group or the item that has the fields. */
  at?: string;
}

/** The fields in a grid, each with its value and its problem. */
export function FormFields({ fields, at = '' }: Props): ReactNode {
  const { value } = useForm();
  const own = at === '' ? value : valueAt(value, at);
  const shown = fields.filter(({ isFor }) => isFor?.(isObject(own) ? own : {}) ?? true);
  return (
    <div className={styles['fields']}>
      {shown.map((spec) => (
        <div key={spec.path} className={styles[isWide(spec) ? 'wide' : 'narrow']}>
          <Field spec={spec} path={at === '' ? spec.path : `${at}.${spec.path}`} />
        </div>
      ))}
    </div>
  );
}

function isWide({ isWide: wide, kind }: FieldSpec): boolean {
  return wide ?? (kind === 'items' || kind === 'group' || kind === 'json');
}

export interface FieldProps<Spec> {
  spec: Spec;
  /** The whole path, for the value and its problem. */
  path: string;
}

function Field({ spec, path }: FieldProps<FieldSpec>): ReactNode {
  switch (spec.kind) {
    case 'text':
      return <PlainText spec={spec} path={path} />;
    case 'number':
      return <TypedText spec={spec} path={path} form={numberForm(spec.isNullable ?? false)} isNumber />;
    case 'lines':
      return <TypedText spec={spec} path={path} form={linesForm(spec.isNullable ?? false)} rows={3} />;
    case 'pairs':
      return <TypedText spec={spec} path={path} form={pairsForm(spec.separator)} rows={3} />;
    case 'json':
      return <TypedText spec={spec} path={path} form={jsonForm} rows={6} />;
    case 'moment':
      return <TypedText spec={spec} path={path} form={momentForm} type="datetime-local" />;
    case 'flag':
      return <Flag spec={spec} path={path} />;
    case 'choice':
      return <OneOf spec={spec} path={path} />;
    case 'several':
      return <Several spec={spec} path={path} />;
    case 'items':
      return <ItemsField spec={spec} path={path} />;
    case 'group':
      return <GroupField spec={spec} path={path} />;
  }
}

function PlainText({ spec, path }: FieldProps<TextSpec>): ReactNode {
  const t = useText();
  const { value, change, errors } = useForm();
  const held = valueAt(value, path);
  return (
    <TextField
      label={t(spec.label)}
      hint={spec.hint && t(spec.hint)}
      placeholder={spec.placeholder}
      isCode={spec.isCode}
      rows={spec.rows}
      value={textIn(held)}
      onChange={(text) => change(path, spec.isNullable && text === '' ? null : text)}
      error={errorAt(errors, path)}
      autoComplete="off"
    />
  );
}

interface TypedProps extends FieldProps<FieldSpec & { placeholder?: string }> {
  form: TextForm;
  rows?: number;
  isNumber?: boolean;
  type?: 'datetime-local';
}

/** A value that is edited as text. The text is kept as typed; the form gets its parsed value. */
function TypedText({ spec, path, form, rows, type, isNumber = false }: TypedProps): ReactNode {
  const t = useText();
  const { value, change, errors } = useForm();
  const held = valueAt(value, path);
  const [text, setText] = useState(() => form.write(held));
  // After another item of the list was removed, this field has another value.
  const shown = JSON.stringify(form.read(text)) === JSON.stringify(held) ? text : form.write(held);
  const hasNoLimit = isNumber && 'isNullable' in spec && spec.isNullable === true;
  return (
    <TextField
      label={t(spec.label)}
      hint={spec.hint && t(spec.hint)}
      placeholder={hasNoLimit ? t('form.none') : spec.placeholder}
      isCode={!isNumber}
      inputMode={isNumber ? 'numeric' : undefined}
      rows={rows}
      type={type}
      value={shown}
      onChange={(typed) => {
        setText(typed);
        change(path, form.read(typed));
      }}
      error={errorAt(errors, path)}
      autoComplete="off"
    />
  );
}

function Flag({ spec, path }: FieldProps<FlagSpec>): ReactNode {
  const t = useText();
  const { value, change, errors } = useForm();
  return (
    <div className={styles['flag']}>
      <Checkbox isSelected={valueAt(value, path) === true} onChange={(isOn) => change(path, isOn)}>
        {t(spec.label)}
      </Checkbox>
      {spec.hint && <span className={fieldStyles['hint']}>{t(spec.hint)}</span>}
      <Fault message={errorAt(errors, path)} />
    </div>
  );
}

function OneOf({ spec, path }: FieldProps<ChoiceSpec>): ReactNode {
  const t = useText();
  const { value, change, errors } = useForm();
  const held = valueAt(value, path);
  return (
    <div className={fieldStyles['field']}>
      <Select
        label={t(spec.label)}
        options={Object.entries(spec.options).map(([option, text]) => ({ value: option, text: t(text) }))}
        value={typeof held === 'string' ? held : null}
        onChange={(chosen) => change(path, chosen)}
      />
      {spec.hint && <span className={fieldStyles['hint']}>{t(spec.hint)}</span>}
      <Fault message={errorAt(errors, path)} />
    </div>
  );
}

function Several({ spec, path }: FieldProps<ChoiceSpec>): ReactNode {
  const t = useText();
  const { value, change, errors } = useForm();
  return (
    <div className={fieldStyles['field']}>
      <CheckboxGroup
        className={fieldStyles['field']}
        value={listIn(valueAt(value, path)).map(textIn)}
        onChange={(chosen) => change(path, chosen)}
      >
        <Label className={fieldStyles['label']}>{t(spec.label)}</Label>
        <div className={styles['several']}>
          {Object.entries(spec.options).map(([option, text]) => (
            <Checkbox key={option} value={option}>
              {t(text)}
            </Checkbox>
          ))}
        </div>
      </CheckboxGroup>
      {spec.hint && <span className={fieldStyles['hint']}>{t(spec.hint)}</span>}
      <Fault message={errorAt(errors, path)} />
    </div>
  );
}

/** The error of a field whose control cannot show it. */
export function Fault({ message }: { message: string | null }): ReactNode {
  return message === null ? null : (
    <span className={fieldStyles['error']} data-fault>
      {message}
    </span>
  );
}
