import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Checkbox } from '../parts/checkbox.js';
import fieldStyles from '../parts/field.module.css';
import type { GroupSpec } from './field-spec.js';
import { useForm } from './form-context.js';
import { Fault, FormFields, type FieldProps } from './form-fields.js';
import { valueAt } from './form-value.js';
import styles from './form.module.css';

/** An object that may be null: a checkbox shows and hides its fields. */
export function GroupField({ spec, path }: FieldProps<GroupSpec>): ReactNode {
  const t = useText();
  const { value, change, errors } = useForm();
  const isOn = valueAt(value, path) !== null;
  return (
    <div className={styles['group']} role="group" aria-label={t(spec.label)}>
      <Checkbox isSelected={isOn} onChange={(chosen) => change(path, chosen ? spec.initial : null)}>
        {t(spec.label)}
      </Checkbox>
      {spec.hint && <span className={fieldStyles['hint']}>{t(spec.hint)}</span>}
      <Fault message={errors.find(({ field }) => field === path)?.message ?? null} />
      {isOn && (
        <div className={styles['inner']}>
          <FormFields fields={spec.fields} at={path} />
        </div>
      )}
    </div>
  );
}
