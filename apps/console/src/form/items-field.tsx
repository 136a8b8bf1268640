import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import type { ItemsSpec } from './field-spec.js';
import { useForm } from './form-context.js';
import { Fault, FormFields, type FieldProps } from './form-fields.js';
import { listIn, valueAt } from './form-value.js';
import styles from './form.module.css';

/** A list of objects, each with its fields. */
export function ItemsField({ spec, path }: FieldProps<ItemsSpec>): ReactNode {
  const t = useText();
  const { value, change, errors } = useForm();
  const items = listIn(valueAt(value, path));
  const write = (changed: typeof items): void => {
    change(path, spec.isNullable && changed.length === 0 ? null : changed);
  };
  return (
    <div className={styles['items']} role="group" aria-label={t(spec.label)}>
      <div className={styles['legend']}>{t(spec.label)}</div>
      {items.map((_item, index) => (
        // The items have no names; a field shows the value of its place.
        <div
          key={index}
          className={styles['item']}
          role="group"
          aria-label={t('form.item', { number: index + 1 })}
        >
          <FormFields fields={spec.fields} at={`${path}.${index}`} />
          <Button
            look="quiet"
            isIconOnly
            aria-label={t('form.removeItem', { number: index + 1 })}
            onPress={() => write(items.filter((_other, place) => place !== index))}
          >
            <Icon name="clear" />
          </Button>
        </div>
      ))}
      <Fault message={errors.find(({ field }) => field === path)?.message ?? null} />
      <div>
        <Button onPress={() => write([...items, spec.initial])}>{t(spec.add)}</Button>
      </div>
    </div>
  );
}
